"""Performance claims in files beside the card: model zoos' indices, trainers' result files, tables and manifests of results."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.claims_structured import CLAIM_LIMIT, FILE_BYTES, FILE_LIMIT, Structured, listed_of, object_of
from weighbridge.facts.figures import PerformanceClaim, figure, is_metric, number_figure
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metrics import metric_of
from weighbridge.facts.yamltext import escape, parse_yaml
from weighbridge.model import Location, RepoFile
from weighbridge.sources.repository import Repository

MODEL_LIMIT = 2000
TEXT_LENGTH = 200

_ZOO = re.compile(r"(?:^|/)(?:metafile|model-index)\.ya?ml$")
_RESULTS = re.compile(r"(?:^|/)(?:all|eval|test|predict)_results\.json$")
_LOG = re.compile(r"(?:^|/)trainer_state\.json$")
_TABLE = re.compile(r"(?:^|/)results-[\w.-]{1,80}\.csv$")
_MANIFEST = re.compile(r"(?:^|/)(?:weights|manifest|meta|model_manifest)\.json$")
_SPLITS = {"eval": "evaluation", "test": "test", "predict": "test"}
_BESIDES = ("runtime", "samples", "steps", "epoch", "flos", "mem", "gen_len", "preparation")
# "inference time (ms/im)" and "Memory (GB)": what stands in the brackets is the unit.
_UNIT = re.compile(r"\((ms|s|fps|gb|mb)\b[^()]{0,20}\)\s*$", re.IGNORECASE)
# The names under which the timm library publishes its results.
_COLUMNS = {"top1": "top-1 accuracy", "top5": "top-5 accuracy"}


def read_files(found: Structured, repository: Repository, manifest: Manifest) -> None:
    """Read every file that states figures. Raises `SourceError` where one cannot be had."""
    readers = ((_ZOO, _zoo), (_RESULTS, _results), (_LOG, _best), (_TABLE, _table), (_MANIFEST, _weights))
    for pattern, read in readers:
        matching = (file for file in manifest.files if pattern.search(file.path) and (file.size or 0) <= FILE_BYTES)
        for file in _first(matching):
            try:
                for claim in read(found, file.path, repository.read(file.path, FILE_BYTES)):
                    if len(found.claims) >= CLAIM_LIMIT:
                        break
                    found.claims.append(claim)
            except (FormatError, csv.Error, UnicodeDecodeError) as error:
                found.tell(f"{file.path}: {str(error)[:TEXT_LENGTH]}")
    _name_the_only_model(found)


def _name_the_only_model(found: Structured) -> None:
    """Take the figures of an index that lists a single model for those of the published one."""
    if len({claim.model for claim in found.claims if claim.source == "zoo-index"}) == 1:
        found.claims[:] = [
            msgspec.structs.replace(claim, model="") if claim.source == "zoo-index" else claim for claim in found.claims
        ]


def _first(files: Iterable[RepoFile]) -> list[RepoFile]:
    return [file for _, file in zip(range(FILE_LIMIT), files, strict=False)]


def _zoo(found: Structured, path: str, data: bytes) -> Iterator[PerformanceClaim]:
    """The models of an OpenMMLab index, each with its results and its inference times."""
    parsed = parse_yaml(data.decode())
    models = listed_of(object_of({"": parsed.value}, "").get("Models"))[:MODEL_LIMIT]
    for number, model in enumerate(models):
        if not isinstance(model, dict):
            found.tell(f"{path}: Models/{number} is not an object")
            continue
        name = str(model.get("Name", ""))[:TEXT_LENGTH]
        place = f"/Models/{number}"
        for result in listed_of(model.get("Results")):
            if isinstance(result, dict):
                yield from _metrics(found, result, name, path, Location(path, parsed.lines.get(place), pointer=place))
        yield from _costs(object_of(model, "Metadata"), name, Location(path, parsed.lines.get(place), pointer=place))


def _metrics(
    found: Structured, result: dict[str, Any], name: str, path: str, where: Location
) -> Iterator[PerformanceClaim]:
    for metric, value in object_of(result, "Metrics").items():
        held = found.figure(value, f"{path}: {str(metric)[:60]}")
        if held is not None:
            yield PerformanceClaim(
                str(metric)[:TEXT_LENGTH], held.text, held.value, "zoo-index", held.unit, held.decimals,
                str(result.get("Task") or "")[:TEXT_LENGTH], str(result.get("Dataset") or "")[:TEXT_LENGTH],
                where=where, model=name,
            )  # fmt: skip


def _costs(metadata: dict[str, Any], name: str, where: Location) -> Iterator[PerformanceClaim]:
    """Times and memory, with the machine that they were measured on."""
    for key, value in metadata.items():
        unit = _UNIT.search(str(key))
        metric = metric_of(str(key)[: unit.start()].strip().lower()) if unit else None
        if unit is None or metric is None or "training" in str(key).lower():
            continue
        for one in value if isinstance(value, list) else [value]:
            number = one.get("value") if isinstance(one, dict) else one
            if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 1e15:
                held, about = number_figure(number), one if isinstance(one, dict) else {}
                hardware = str(about.get("hardware") or "")[:TEXT_LENGTH]
                yield PerformanceClaim(
                    str(key)[:TEXT_LENGTH], held.text, held.value, "zoo-index", unit[1].lower(), held.decimals,
                    config=str(about.get("mode") or "")[:TEXT_LENGTH], where=where, model=name, hardware=hardware,
                )  # fmt: skip


def _results(found: Structured, path: str, data: bytes) -> Iterator[PerformanceClaim]:
    """What a trainer wrote after its evaluation: `eval_accuracy`, with the number of items beside it."""
    value = parse_json(data).value
    if not isinstance(value, dict):
        found.tell(f"{path} is not an object")
        return
    for key, held in value.items():
        part, _, metric = str(key)[:TEXT_LENGTH].partition("_")
        if part not in _SPLITS or any(word in metric for word in _BESIDES) or not isinstance(held, int | float | str):
            continue
        number = found.figure(held, f"{path}: {key[:60]}")
        if number is not None:
            counted = value.get(f"{part}_samples")
            items = counted if isinstance(counted, int) and not isinstance(counted, bool) and counted > 0 else None
            where = Location(path, pointer=f"/{escape(key)}")
            yield PerformanceClaim(
                metric, number.text, number.value, "results-file", number.unit, number.decimals, split=_SPLITS[part],
                where=where, n=items,
            )  # fmt: skip


def _table(found: Structured, path: str, data: bytes) -> Iterator[PerformanceClaim]:
    """A table of results with a row for each model, as timm publishes them: `model,top1,top1_err,top5,…`."""
    rows = csv.DictReader(io.StringIO(data.decode()), strict=True)
    columns = [name for name in rows.fieldnames or () if name and (name in _COLUMNS or is_metric(name))]
    if "model" not in (rows.fieldnames or ()) or not columns:
        found.tell(f"{path} has no column `model`, or none with a metric")
        return
    dataset = path.rpartition("results-")[2].removesuffix(".csv")
    for number, row in enumerate(rows):
        if number >= MODEL_LIMIT:
            found.tell(f"{path}: only the first {MODEL_LIMIT:,} rows were read")
            return
        for name in columns:
            held = figure(row[name] or "")
            if held is not None:
                yield PerformanceClaim(
                    _COLUMNS.get(name, name), held.text, held.value, "manifest", held.unit, held.decimals, dataset=dataset,
                    where=Location(path, line=number + 2), model=(row["model"] or "")[:TEXT_LENGTH],
                )  # fmt: skip


def _weights(found: Structured, path: str, data: bytes) -> Iterator[PerformanceClaim]:
    """The metadata of torchvision's weights: `_metrics` (or `metrics`) by data set, anywhere in a manifest."""
    opened: list[tuple[Any, str, str]] = [(parse_json(data).value, "", "")]
    for value, place, name in opened:
        if len(opened) > 20 * MODEL_LIMIT or place.count("/") > 6:
            continue
        if isinstance(value, list):
            opened += [(one, f"{place}/{n}", name) for n, one in enumerate(value)]
        if not isinstance(value, dict):
            continue
        for key, held in value.items():
            if key in {"_metrics", "metrics"} and isinstance(held, dict):
                yield from _by_dataset(found, held, Location(path, pointer=f"{place}/{escape(key)}"), name)
            elif isinstance(held, dict | list):
                opened.append((held, f"{place}/{escape(str(key))}", str(key)[:TEXT_LENGTH]))


def _by_dataset(found: Structured, held: dict[str, Any], where: Location, name: str) -> Iterator[PerformanceClaim]:
    for dataset, metrics in held.items():
        for metric, value in metrics.items() if isinstance(metrics, dict) else ():
            if not isinstance(value, int | float | str) or metric_of(str(metric)) is None:
                continue
            number = found.figure(value, f"{where}: {str(metric)[:60]}")
            if number is not None:
                yield PerformanceClaim(
                    str(metric)[:TEXT_LENGTH], number.text, number.value, "manifest", number.unit, number.decimals,
                    dataset=str(dataset)[:TEXT_LENGTH], where=where, model=name,
                )  # fmt: skip


def _best(_found: Structured, path: str, data: bytes) -> Iterator[PerformanceClaim]:
    """The best result of a trainer's log, where it says of which metric."""
    state = parse_json(data).value
    named, best = (
        (state.get("metric_for_best_model"), state.get("best_metric")) if isinstance(state, dict) else (None, None)
    )
    if isinstance(named, str) and isinstance(best, int | float) and not isinstance(best, bool) and abs(best) < 1e15:
        held = number_figure(best)
        yield PerformanceClaim(
            named.removeprefix("eval_")[:TEXT_LENGTH], held.text, held.value, "training-log", "", held.decimals,
            split="evaluation", where=Location(path, pointer="/best_metric"),
        )  # fmt: skip
