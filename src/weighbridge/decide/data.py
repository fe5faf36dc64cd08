"""The user's labelled items: read from a file, split once by the seed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.task import TASKS, Task
from weighbridge.errors import FormatError, UsageError
from weighbridge.reuse.material import Kind, Material, Part

_LIMIT = 1 << 30
_FIELD = 10_000_000
_SHOWN = 6


class DataSummary(msgspec.Struct, frozen=True):
    """What the data are: counts of items and classes, how they were split, and what was noticed."""

    items: int
    classes: dict[str, int]
    learn: int
    choose: int
    report: int
    notes: tuple[str, ...] = ()


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a table as texts by column: CSV, TSV, or JSON lines. Raises `UsageError` or `FormatError`."""
    try:
        if path.stat().st_size > _LIMIT:
            raise UsageError(
                f"{path} is larger than 1 GiB", hint="Take a sample: a decision needs some thousand items."
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_lines(file, path) if path.suffix in {".jsonl", ".ndjson"} else _table(file, path))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", hint="`data` is relative to the settings file."
        ) from None
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not UTF-8", where=str(path), hint="Convert it, for example with iconv.") from None


def _table(file: Any, path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(_FIELD)
    try:
        for row in csv.DictReader(file, delimiter="\t" if path.suffix in {".tsv", ".tab"} else ",", strict=True):
            if None in row or None in row.values():
                raise FormatError(f"{path}: a row has not as many fields as the header", where=str(path))
            yield row
    except csv.Error as error:
        raise FormatError(f"{path} is no table: {error}", where=str(path)) from None


def _lines(file: Any, path: Path) -> Iterator[dict[str, str]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise FormatError(f"{path}:{number} is not JSON", where=f"{path}:{number}") from None
        if not isinstance(row, dict):
            raise FormatError(f"{path}:{number} is not an object", where=f"{path}:{number}")
        yield {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in row.items()}


def load_items(task: Task, folder: Path) -> tuple[Material, DataSummary]:
    """Read and split the data: `held_out` of them is halved into those to choose by and those to report on.

    With a test file of its own, that one is reported on. What is chosen by is never what is reported.
    """
    rows = _sample(_labelled(folder / task.data, task), task)
    learn, held = _split(rows, task.held_out, task.seed)
    if task.test:
        choose, report = held, _sample(_labelled(folder / task.test, task), task)
    else:
        choose, report = _split(held, 0.5, task.seed + 1)
    labels = tuple(sorted({label for _, label in (*learn, *choose, *report)}))
    kind = Kind(TASKS[task.task])
    material = Material(kind, labels, _part(learn, labels, kind), _part((*choose, *report), labels, kind))
    counts = Counter(label for _, label in (*learn, *choose, *report))
    return material, DataSummary(
        items=len(learn) + len(choose) + len(report),
        classes={label: counts[label] for label in labels},
        learn=len(learn),
        choose=len(choose),
        report=len(report),
        notes=tuple(_notes(learn, (*choose, *report), labels)),
    )


def _labelled(path: Path, task: Task) -> list[tuple[Any, str]]:
    rows = read_rows(path)
    if not rows:
        raise UsageError(f"{path} holds no items", hint="One line an item, below a line with the columns' names.")
    wanted = (task.label, task.text) if TASKS[task.task] == Kind.TEXT else (task.label,)
    for column in wanted:
        if column not in rows[0]:
            raise UsageError(
                f"{path} has no column {column!r}; it has {', '.join(list(rows[0])[:20])}",
                hint="Name the columns with `text` and `label` in [decide].",
            )
    if TASKS[task.task] == Kind.TEXT:
        return [(row[task.text], row[task.label]) for row in rows if row.get(task.label)]
    return [(_numbers(row, task.label, path), row[task.label]) for row in rows if row.get(task.label)]


def _numbers(row: dict[str, str], label: str, path: Path) -> list[float]:
    try:
        return [float(value) for key, value in row.items() if key != label]
    except ValueError as error:
        raise FormatError(f"{path}: {error}", where=str(path), hint="A table's columns have to be numbers.") from None


def _sample(rows: list[tuple[Any, str]], task: Task) -> list[tuple[Any, str]]:
    """Return at most so many items, of every class as large a share as it has."""
    return rows if len(rows) <= task.items else _split(rows, task.items / len(rows), task.seed)[1]


def _split(rows: Any, share: float, seed: int) -> tuple[list[Any], list[Any]]:
    """Split by class: of each class with two items or more, at least one goes to either side."""
    import numpy as np

    generator, kept, held = np.random.default_rng(seed), [], []
    for label in sorted({row[1] for row in rows}):
        own = [row for row in rows if row[1] == label]
        own = [own[number] for number in generator.permutation(len(own))]
        count = min(max(1, round(len(own) * share)), len(own) - 1) if len(own) > 1 else 0
        held += own[:count]
        kept += own[count:]
    return [kept[i] for i in generator.permutation(len(kept))], [held[i] for i in generator.permutation(len(held))]


def _part(rows: Any, labels: tuple[str, ...], kind: Kind) -> Part:
    import numpy as np

    numbers = {label: number for number, label in enumerate(labels)}
    items: Any = [item for item, _ in rows]
    if kind is Kind.ROW:
        items = np.asarray(items, dtype=np.float64).reshape(len(rows), -1)
    return Part(items, np.asarray([numbers[label] for _, label in rows], dtype=np.int64))


def _notes(learn: Any, held: Any, labels: tuple[str, ...]) -> Iterator[str]:
    seen = {json.dumps(item) for item, _ in learn}
    again = sum(json.dumps(item) in seen for item, _ in held)
    if again:
        yield f"{again} of the {len(held)} items held out are also among those learnt from: scores will flatter"
    counts = Counter(label for _, label in learn)
    if rare := [label for label in labels if counts[label] < 5]:
        more = f" and {len(rare) - _SHOWN} more" if len(rare) > _SHOWN else ""
        yield f"fewer than five items to learn from: {', '.join(rare[:_SHOWN])}{more}"
