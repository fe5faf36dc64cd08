"""A measurement written into a card's `model-index`, with where it comes from; every other byte stays."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import yaml

from weighbridge.errors import FormatError, UsageError
from weighbridge.facts.contents import Contents
from weighbridge.facts.engine import Facts
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.measure.evidence import Measurement
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.remedies.card import Addition, Proposal, current, front_matter_end, with_additions

_KEY = "model-index"
_TOOL = "weighbridge"
# What documents a model; it may change after the measurement without the model being another.
_PROSE = (".md", ".txt", ".rst")


def propose_results(facts: Facts, measurement: Measurement) -> Proposal:
    """Work out how the card looks with the measured figures; an earlier entry of ours for the same data is replaced.

    Raises `UsageError` where the measurement is not whole or not of these files, `FormatError` where there is no safe place.
    """
    _require_whole(measurement)
    _require_same_files(facts.need(Contents), measurement)
    path, before = current(facts)
    metadata = facts.need(Metadata)
    if metadata.problems and not metadata.values:
        raise FormatError(
            f"{path}: the front matter does not parse: {metadata.problems[0].message}",
            where=metadata.problems[0].where,
            hint="Mend the front matter by hand first; nothing was changed.",
        )
    entry = _entry(facts.repository.ref.short_name, measurement)
    addition = Addition(_KEY, [entry], f"a measurement by Weighbridge {measurement.tool}")
    stated = metadata.values.get(_KEY)
    if stated is None:
        after = with_additions(before, metadata, (addition,))
        return Proposal(path, before, after, (addition,))
    if not isinstance(stated, list):
        raise _no_place(path)
    if entry in stated:
        return Proposal(path, before, before)
    return Proposal(path, before, _listed(path, before, metadata, stated, entry), (addition,))


def _require_whole(measurement: Measurement) -> None:
    if measurement.failure or not measurement.figures:
        raise UsageError(
            f"the measurement did not come to its end: {measurement.failure[:200] or 'it holds no figure'}",
            hint="Run `weighbridge measure` again; it goes on where it was.",
        )


def _require_same_files(contents: Contents, measurement: Measurement) -> None:
    """Whether each measured file is here as it was, and nothing that could be a model came on top."""
    here, measured = _models(contents.hashes), _models(measurement.files)
    changed = sorted(path for path in here.keys() | measured.keys() if here.get(path) != measured.get(path))
    if changed or not measured:
        raise UsageError(
            f"the measurement is of other files: {', '.join(changed[:3]) or 'it names none'}",
            hint="Measure the files as they are now.",
        )


def _models(hashes: Any) -> dict[str, str]:
    return {file.path: file.sha256 for file in hashes if not file.path.lower().endswith(_PROSE)}


def _entry(name: str, measurement: Measurement) -> dict[str, Any]:
    """The entry, without a path or a machine's name: those are nobody's business but the measurer's."""
    plan = measurement.plan
    data = plan.dataset or PurePath(plan.data).name
    dataset: dict[str, Any] = {"type": data, "name": data}
    if plan.split:
        dataset["split"] = plan.split
    dataset["args"] = {"num_samples": measurement.items, "sha256": measurement.data_digest}
    metrics = [_metric(figure, measurement) for figure in measurement.figures]
    task = {"type": str(plan.task)}
    return {"name": name, "results": [{"task": task, "dataset": dataset, "metrics": metrics}]}


def _metric(figure: MeasuredFigure, measurement: Measurement) -> dict[str, Any]:
    told: dict[str, Any] = {"measured_by": f"{_TOOL} {measurement.tool}"}
    interval = figure.interval()
    if interval is not None:
        told["interval_95"] = [round(interval.low, 6), round(interval.high, 6)]
    told["seed"] = measurement.plan.seed
    if measurement.commit:
        told["commit"] = measurement.commit
    return {"type": figure.metric, "value": round(figure.value, 6), "args": told}


def _listed(path: str, text: str, metadata: Metadata, stated: list[Any], entry: dict[str, Any]) -> str:
    """Return the text with the entry at the list's end, in the place of an earlier one of ours; checked by reading it."""
    lines = text.splitlines(keepends=True)
    end, start = front_matter_end(lines), metadata.lines.get(f"/{_KEY}")
    first = metadata.lines.get(f"/{_KEY}/0")
    if end is None or start is None or first is None or first <= start:
        raise _no_place(path)
    indent = len(lines[first - 1]) - len(lines[first - 1].lstrip(" "))
    kept = [index for index, held in enumerate(stated) if not _is_ours(held, entry)]
    begins = [*(metadata.lines.get(f"/{_KEY}/{index}", 0) - 1 for index in range(len(stated)))]
    begins.append(_block_end(lines, start, end))
    if sorted(set(begins)) != begins:
        raise _no_place(path)
    newline = "\r\n" if "\r\n" in text else "\n"
    block = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True)
    added = [f"{' ' * indent}{line}{newline}" for line in block.splitlines()]
    items = [line for index in kept for line in lines[begins[index] : begins[index + 1]]]
    after = [*lines[: begins[0]], *items, *added, *lines[begins[-1] :]]
    wanted = {**metadata.values, _KEY: [*(stated[index] for index in kept), entry]}
    stop = front_matter_end(after)
    if stop is None or parse_yaml("".join(after[1:stop])).value != wanted:
        raise _no_place(path)
    return "".join(after)


def _block_end(lines: list[str], start: int, end: int) -> int:
    """Return the index of the line behind the list: the next key's, or the closing fence's."""
    return next((i for i in range(start, end) if lines[i].strip() and lines[i][0] not in " \t-#\r\n"), end)


def _is_ours(held: Any, entry: dict[str, Any]) -> bool:
    """Whether an entry is an earlier measurement of ours on the same data."""
    try:
        (result,), (new,) = held["results"], entry["results"]
        told = {metric["args"]["measured_by"].partition(" ")[0] for metric in result["metrics"]}
        same = all(result["dataset"].get(key) == new["dataset"].get(key) for key in ("type", "split"))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return same and told == {_TOOL}


def _no_place(path: str) -> FormatError:
    return FormatError(
        f"{path}: `{_KEY}` is not written as a list of indented entries",
        hint="Write the entry by hand, or `model-index` with one entry a line; nothing was changed.",
    )
