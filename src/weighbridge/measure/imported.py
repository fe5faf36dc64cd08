"""Results that lm-evaluation-harness, lighteval and MTEB wrote, as measured figures, and what they say about claims."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError, NothingToAudit, UsageError
from weighbridge.facts.claims_structured import listed_of, object_of
from weighbridge.facts.figures import PerformanceClaim, canonical_metric
from weighbridge.facts.jsontext import TEXT_LIMIT, parse_json
from weighbridge.facts.metrics import metric_of, plain_dataset
from weighbridge.measure.claimed import Claimed
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.verdict import Judgement, Rules, judge_all

FIGURE_LIMIT = 20_000
TEXT_LENGTH = 200
_ITEM_LIMIT = 10**12


class Imported(msgspec.Struct, frozen=True):
    """What a harness measured, and of which model, where it says; `problems` tells what was left out."""

    harness: str
    model: str
    figures: tuple[MeasuredFigure, ...]
    problems: tuple[str, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """A claim by its number, the imported figure beside it, and the verdict."""

    number: int
    claim: PerformanceClaim
    figure: MeasuredFigure
    judgement: Judgement


def read_results(path: Path) -> Imported:
    """Read a harness's file of results. Raises `UsageError`, `FormatError`, or `NothingToAudit` where it holds no figure."""
    try:
        with path.open("rb") as file:
            data = file.read(TEXT_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint="Give a harness's results.json.") from None
    value = parse_json(data).value
    read = _reader(value) if isinstance(value, dict) else None
    if read is None:
        raise FormatError(
            f"{path} holds no results of lm-evaluation-harness, lighteval or MTEB",
            hint="Give results_….json of lm-evaluation-harness or lighteval, or a task's file of MTEB 1.11 or later.",
        )
    imported = read(value)
    if not imported.figures:
        raise NothingToAudit(f"{path} holds no figure", hint="Look whether the evaluation came to its end.")
    return imported


def hold(claimed: Claimed, imported: Imported, rules: Rules | None = None) -> list[Held]:
    """Hold the claims about this model against the imported figures that are of the same metric and data.

    Raises `UsageError` where the results name another model.
    """
    own, named = claimed.ref.short_name, imported.model.rstrip("/").rpartition("/")[2]
    if named and own and _plain(named) != _plain(own):
        raise UsageError(
            f"the results are of {imported.model[:TEXT_LENGTH]}, not of {claimed.ref}",
            hint="Give the model that was evaluated, or a folder of its name.",
        )
    matched = [
        (number, claim, figure)
        for number, claim in claimed.numbered(everything=False)
        if (figure := _figure_for(claim, imported.figures)) is not None
    ]
    judged = judge_all([(claim, figure) for _, claim, figure in matched], rules)
    return [Held(*found, judgement) for found, judgement in zip(matched, judged, strict=True)]


def _figure_for(claim: PerformanceClaim, figures: tuple[MeasuredFigure, ...]) -> MeasuredFigure | None:
    """The figure of the claim's data and metric; one of the very same name before a relative such as `acc_norm`."""
    if not claim.dataset or not claim.metric:
        return None
    metric, dataset = metric_of(claim.metric), plain_dataset(claim.dataset)
    near = [f for f in figures if dataset in {plain_dataset(f.dataset), plain_dataset(f.task)}]
    for wanted in (claim.split, ""):
        for figure in near:
            if canonical_metric(figure.metric) == canonical_metric(claim.metric) and wanted in {"", figure.split}:
                return figure
    relatives = [f for f in near if metric is not None and metric_of(f.metric) == metric]
    # Two relatives of one metric, and no word on which was meant, are no ground for a verdict.
    return relatives[0] if len(relatives) == 1 and not _is_normalised(relatives[0].metric) else None


def _is_normalised(metric: str) -> bool:
    return "norm" in metric.lower()


def _harness(value: dict[str, Any]) -> Imported:
    """lm-evaluation-harness: `acc,none` and `acc_stderr,none` by task, with configurations and numbers of items beside."""
    found = _Found()
    configs, counts, shots = (object_of(value, key) for key in ("configs", "n-samples", "n-shot"))
    for task, held in object_of(value, "results").items():
        config, count = object_of(configs, task), object_of(counts, task)
        about = MeasuredFigure(
            "", 0.0, _count(count.get("effective")), task=task[:TEXT_LENGTH], dataset=task[:TEXT_LENGTH],
            config=_text(config.get("dataset_name")), split=_text(config.get("test_split") or config.get("validation_split")),
        )  # fmt: skip
        shown = shots.get(task)
        told = f"{shown}-shot" if isinstance(shown, int) else ""
        for key, number in held.items() if isinstance(held, dict) else ():
            name, _, chosen = key.partition(",")
            if not chosen or name.endswith("_stderr"):
                continue
            protocol = ", ".join(part for part in (told, chosen if chosen != "none" else "") if part)
            found.add(about, name, number, held.get(f"{name}_stderr,{chosen}"), protocol)
    return found.imported("lm-evaluation-harness", _harness_model(value))


def _harness_model(value: dict[str, Any]) -> str:
    named = _text(value.get("model_name"))
    arguments = object_of(value, "config").get("model_args")
    if isinstance(arguments, dict):
        return named or _text(arguments.get("pretrained"))
    found = re.search(r"(?:^|,)pretrained=([^,]{1,200})", named or _text(arguments))
    return found[1] if found else named


def _lighteval(value: dict[str, Any]) -> Imported:
    """lighteval: `suite|task|shots` with `acc` and `acc_stderr`, and the tasks' configurations beside."""
    found = _Found()
    configs = object_of(value, "config_tasks")
    for key, held in object_of(value, "results").items():
        # Newer releases write no suite before the task.
        *suite, task, shots = key.split("|")[:3] if "|" in key else ("all", "")
        if task == "all" or not isinstance(held, dict) or task.endswith(":_average"):
            continue
        config = object_of(configs, key) or object_of(configs, "|".join([*suite, task]))
        splits = config.get("evaluation_splits")
        about = MeasuredFigure(
            "", 0.0, _count(config.get("effective_num_docs")), task=task[:TEXT_LENGTH],
            dataset=task.replace(":", "_")[:TEXT_LENGTH], config=_text(config.get("hf_subset")),
            split=_text(splits[0]) if isinstance(splits, list) and len(splits) == 1 else "",
        )  # fmt: skip
        for name, number in held.items():
            if not name.endswith("_stderr"):
                told = f"{shots}-shot" if shots else ""
                found.add(about, name, number, held.get(f"{name}_stderr"), told)
    general = object_of(value, "config_general")
    model = _text(general.get("model_name")) or _text(object_of(general, "model_config").get("model_name"))
    return found.imported("lighteval", model)


def _mteb(value: dict[str, Any]) -> Imported:
    """MTEB 1.11 and later: a file a task, with scores by split and subset. It evaluates the whole split, unless it samples.

    Classifiers are trained on several random samples: then the score is one of a sample, of a spread that is not judged.
    """
    found = _Found()
    for split, entries in object_of(value, "scores").items():
        for entry in listed_of(entries):
            if not isinstance(entry, dict):
                continue
            subset = _text(entry.get("hf_subset"))
            about = MeasuredFigure(
                "", 0.0, task=_text(value.get("task_name")), dataset=_text(value.get("task_name")),
                config="" if subset == "default" else subset, split=split[:TEXT_LENGTH],
                revision=_text(value.get("dataset_revision")), is_whole="scores_per_experiment" not in entry,
            )  # fmt: skip
            for name, number in entry.items():
                if name not in {"hf_subset", "languages", "main_score"} and not isinstance(number, list | dict):
                    found.add(about, name, number, None, "")
    return found.imported("MTEB", _text(object_of(value, "model_meta").get("name")))


def _reader(value: dict[str, Any]) -> Callable[[dict[str, Any]], Imported] | None:
    """Tell by its keys which harness wrote a document."""
    if "task_name" in value and isinstance(value.get("scores"), dict):
        return _mteb
    if not isinstance(value.get("results"), dict):
        return None
    if isinstance(value.get("config_general"), dict):
        return _lighteval
    return _harness if "n-samples" in value or "configs" in value else None


class _Found:
    """Collects figures and what could not be read as one."""

    def __init__(self) -> None:
        self._figures: list[MeasuredFigure] = []
        self._problems: list[str] = []

    def add(self, about: MeasuredFigure, name: str, value: Any, error: Any, protocol: str) -> None:
        """Keep a figure; what is no finite number is told, and of names that are no metric only numbers count."""
        if isinstance(value, str) or value is None or isinstance(value, bool):
            return
        if not isinstance(value, int | float) or abs(value) > 1e300 or not math.isfinite(value):
            if len(self._problems) < 100:
                self._problems.append(f"{about.task}: {name[:60]} is no finite number")
            return
        if len(self._figures) < FIGURE_LIMIT:
            is_error = isinstance(error, int | float) and not isinstance(error, bool) and 0 < error < 1e15
            self._figures.append(
                msgspec.structs.replace(
                    about,
                    metric=name[:TEXT_LENGTH],
                    value=float(value),
                    protocol=protocol,
                    standard_error=float(error) if is_error else None,
                )
            )

    def imported(self, harness: str, model: str) -> Imported:
        """Return what was found."""
        return Imported(harness, model, tuple(self._figures), tuple(self._problems))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _ITEM_LIMIT else None


def _text(value: Any) -> str:
    return value[:TEXT_LENGTH] if isinstance(value, str) else ""


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
