"""The user's labelled items: read from a file, split once by the seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.fetching import digest_of
from weighbridge.decide.task import Task
from weighbridge.measure.dataset import Columns, read_dataset
from weighbridge.measure.tasks import Item
from weighbridge.reuse.material import Material, Part

_SHOWN = 6


class DataSummary(msgspec.Struct, frozen=True):
    """What the data are: counts of items and classes, how they were split, and what was noticed."""

    items: int
    classes: dict[str, int]
    learn: int
    choose: int
    report: int
    notes: tuple[str, ...] = ()


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
    kind = task.asked.item
    material = Material(kind, labels, _part(learn, labels, kind), _part((*choose, *report), labels, kind))
    counts = Counter(label for _, label in (*learn, *choose, *report))
    return material, DataSummary(
        items=len(learn) + len(choose) + len(report),
        classes={label: counts[label] for label in labels},
        learn=len(learn),
        choose=len(choose),
        report=len(report),
        notes=tuple(_notes(learn, (*choose, *report), labels, kind)),
    )


def _labelled(path: Path, task: Task) -> list[tuple[Any, str]]:
    column = {Item.TEXT: task.text, Item.IMAGE: task.image}.get(task.asked.item, "")
    read = read_dataset(path, task.asked, Columns(column, task.label))
    return list(zip(read.items, read.truths, strict=True))


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


def _part(rows: Any, labels: tuple[str, ...], kind: Item) -> Part:
    import numpy as np

    numbers = {label: number for number, label in enumerate(labels)}
    items: Any = [item for item, _ in rows]
    if kind is Item.ROW:
        items = np.asarray(items, dtype=np.float64).reshape(len(rows), -1)
    return Part(items, np.asarray([numbers[label] for _, label in rows], dtype=np.int64))


def content_of(item: Any, kind: Item) -> str:
    """Return what tells an item from any other: of an image, the content of its file."""
    return digest_of(Path(item)) if kind is Item.IMAGE else json.dumps(item)


def _notes(learn: Any, held: Any, labels: tuple[str, ...], kind: Item) -> Iterator[str]:
    seen = {content_of(item, kind) for item, _ in learn}
    again = sum(content_of(item, kind) in seen for item, _ in held)
    if again:
        yield f"{again} of the {len(held)} items held out are also among those learnt from: scores will flatter"
    counts = Counter(label for _, label in learn)
    if rare := [label for label in labels if counts[label] < 5]:
        more = f" and {len(rare) - _SHOWN} more" if len(rare) > _SHOWN else ""
        yield f"fewer than five items to learn from: {', '.join(rare[:_SHOWN])}{more}"
