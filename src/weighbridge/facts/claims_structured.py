"""Performance claims written for machines: `model-index` and `.eval_results/*.yaml`."""

from __future__ import annotations

import math
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.facts.figures import Figure, PerformanceClaim, figure, number_figure
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.model import Location
from weighbridge.sources.repository import Repository

CLAIM_LIMIT = 20_000
PROBLEM_LIMIT = 100
FILE_LIMIT = 200
FILE_BYTES = 1024 * 1024
RESULTS_FOLDER = ".eval_results/"
_COUNTS = ("num_samples", "num_examples", "samples", "n")


class Structured:
    """Collects claims and what could not be read as one."""

    def __init__(self) -> None:
        self.claims: list[PerformanceClaim] = []
        self.problems: list[str] = []

    def tell(self, problem: str) -> None:
        """Keep a problem, as long as there are not too many."""
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(problem)

    def index(self, metadata: Metadata) -> None:
        """Read the front matter's `model-index`."""
        value = metadata.values["model-index"]
        for number, entry in enumerate(listed_of(value)):
            if not isinstance(entry, dict):
                self.tell(f"model-index/{number} is not an object")
                continue
            for place, result in enumerate(listed_of(entry.get("results"))):
                if isinstance(result, dict):
                    self._result(metadata, result, (number, place))
                else:
                    self.tell(f"model-index/{number}/results/{place} is not an object")

    def _result(self, metadata: Metadata, result: dict[str, Any], at: tuple[int, int]) -> None:
        dataset, task, source = object_of(result, "dataset"), object_of(result, "task"), object_of(result, "source")
        if not result.get("metrics"):
            self.tell(f"model-index/{at[0]}/results/{at[1]} holds no metrics")
        for place, metric in enumerate(listed_of(result.get("metrics"))):
            if len(self.claims) >= CLAIM_LIMIT:
                return
            told = f"model-index/{at[0]}/results/{at[1]}/metrics/{place}"
            if not isinstance(metric, dict):
                self.tell(f"{told} is not an object")
                continue
            found = self.figure(metric.get("value"), told)
            if found is None:
                continue
            claim = PerformanceClaim(
                _text(metric, "type") or _text(metric, "name"),
                found.text,
                found.value,
                "model-index",
                found.unit,
                found.decimals,
                _text(task, "type") or _text(task, "name"),
                _text(dataset, "type") or _text(dataset, "name"),
                _text(metric, "config") or _text(dataset, "config"),
                _text(dataset, "split"),
                _text(dataset, "revision"),
                metric.get("verified") is True,
                _text(source, "url"),
                metadata.where("model-index", at[0], "results", at[1], "metrics", place, "value"),
                n=_count(dataset) or _count(metric),
            )
            self.claims.append(claim)

    def figure(self, value: Any, told: str) -> Figure | None:
        """Return a document's value as a figure, or tell why it is none."""
        if isinstance(value, bool) or value is None:
            self.tell(f"{told} has no value" if value is None else f"{told} has a truth value for a number")
        elif isinstance(value, int | float):
            # An integer beyond the range of floating point is no measurement.
            if (isinstance(value, float) and math.isfinite(value)) or (isinstance(value, int) and abs(value) < 10**300):
                return number_figure(value)
            self.tell(f"{told} is not a finite number")
        elif isinstance(value, str):
            found = figure(value)
            if found is not None:
                return found
            self.tell(f"{told} is no number: {value[:60]!r}")
        else:
            self.tell(f"{told} is a {type(value).__name__}, not a number")
        return None

    def results(self, repository: Repository, manifest: Manifest) -> None:
        """Read the files in `.eval_results/`. Raises `SourceError` where one cannot be had."""
        paths = [file.path for file in manifest.files if file.path.startswith(RESULTS_FOLDER)]
        for path in [path for path in paths if path.endswith((".yaml", ".yml"))][:FILE_LIMIT]:
            try:
                parsed = parse_yaml(repository.read(path, FILE_BYTES).decode(errors="replace"))
            except FormatError as error:
                self.tell(f"{path}: {error.message}")
                continue
            for place, entry in enumerate(listed_of(parsed.value)):
                if isinstance(entry, dict) and len(self.claims) < CLAIM_LIMIT:
                    self._entry(
                        entry, f"{path}/{place}", Location(path, parsed.lines.get(f"/{place}"), pointer=f"/{place}")
                    )

    def _entry(self, entry: dict[str, Any], told: str, where: Location) -> None:
        found = self.figure(entry.get("value"), told)
        if found is None:
            return
        dataset = object_of(entry, "dataset")
        claim = PerformanceClaim(
            "", found.text, found.value, "eval-results", found.unit, found.decimals, _text(dataset, "task_id"),
            _text(dataset, "id"), "", "", _text(dataset, "revision"), bool(_text(entry, "verifyToken")),
            _text(object_of(entry, "source"), "url"), where,
        )  # fmt: skip
        self.claims.append(claim)


def listed_of(value: Any) -> list[Any]:
    """Return a list as it is and a lone object as a list of one; anything else is empty."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def object_of(holder: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the object under a key; an empty one where there is something else."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _count(holder: dict[str, Any]) -> int | None:
    """Return the number of test items, where the arguments of a data set or a metric tell it."""
    value = next((held for key in _COUNTS if (held := object_of(holder, "args").get(key)) is not None), None)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12 else None


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, str):
        return value.strip()
    return str(value)[:100] if isinstance(value, int | float) and not isinstance(value, bool) else ""
