"""The data that a model is measured on: items and what is true of them, from files of the user's own."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import UsageError
from weighbridge.facts.contents import sha256_of
from weighbridge.measure.tables import SUFFIXES, Row, read_table
from weighbridge.measure.tasks import Item, Task
from weighbridge.sources.local import LocalFile

_LABEL = ("label", "labels", "class", "category", "target", "score", "similarity", "rating", "sentiment", "y")
_TEXT = ("text", "sentence", "review", "content", "comment", "tweet", "input", "question", "title", "document")
_IMAGE = ("image", "path", "file", "file_name", "filename")
_PAIRS = (
    ("sentence1", "sentence2"), ("sentence_1", "sentence_2"), ("text1", "text2"), ("text_a", "text_b"), ("premise", "hypothesis"),
)  # fmt: skip
_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"})


class Columns(msgspec.Struct, frozen=True):
    """Which columns hold what, where their names do not tell; `text` may be two names with a comma between."""

    text: str = ""
    label: str = ""


class Dataset(msgspec.Struct, frozen=True):
    """Items, in their order, and the truth about each: a class as text, or a number.

    An item is a text, a pair of texts, a list of numbers, or the path of an image. `digest` is the SHA-256 over all that was read.
    """

    name: str
    task: Task
    items: tuple[Any, ...]
    truths: tuple[Any, ...]
    digest: str
    label: str = ""
    total: int = 0

    def __len__(self) -> int:
        return len(self.items)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that occur, sorted."""
        return tuple(sorted(set(self.truths)))


def read_dataset(
    path: Path, task: Task, columns: Columns | None = None, *, limit: int | None = None, seed: int = 0
) -> Dataset:
    """Read a table, or a folder of images by class; `limit` draws so many items at random. Raises `UsageError`."""
    columns = columns or Columns()
    if not path.exists():
        raise UsageError(f"{path} does not exist", hint="Give a table or a folder of images as --data.")
    read = _folder(path, task) if path.is_dir() else _table(path, task, columns)
    if len(read) < 2:
        raise UsageError(f"{path} holds one item: nothing can be told from it", hint="Give at least two.")
    return _drawn(read, limit, seed) if limit is not None and limit < len(read) else read


def _drawn(data: Dataset, limit: int, seed: int) -> Dataset:
    if limit < 2:
        raise UsageError("nothing can be told from less than two items", hint="Raise --limit.")
    chosen = sorted(random.Random(seed).sample(range(len(data)), limit))  # noqa: S311 - a draw, no secret
    items, truths = tuple(data.items[i] for i in chosen), tuple(data.truths[i] for i in chosen)
    return msgspec.structs.replace(data, items=items, truths=truths)


def _table(path: Path, task: Task, columns: Columns) -> Dataset:
    rows = read_table(path)
    label = _column(rows, columns.label, _LABEL, "label", path)
    truths = [_truth(row.get(label), task, f"{path} row {i}", label) for i, row in enumerate(rows, 1)]
    items = _items(rows, task, columns, label, path)
    digest = sha256_of(LocalFile(path.name, path))
    return Dataset(path.stem, task, tuple(items), tuple(truths), digest, label, len(rows))


def _items(rows: Sequence[Row], task: Task, columns: Columns, label: str, path: Path) -> list[Any]:
    if task.item is Item.ROW:
        names = [name for name in rows[0] if name != label]
        return [[_number(row.get(name), f"{path} row {i}", name) for name in names] for i, row in enumerate(rows, 1)]
    if task.item is Item.PAIR:
        pair = _pair(rows, columns, path)
        return [[_words(row.get(n), f"{path} row {i}", n) for n in pair] for i, row in enumerate(rows, 1)]
    known = _IMAGE if task.item is Item.IMAGE else _TEXT
    name = _column(rows, columns.text, known, "text", path)
    texts = [_words(row.get(name), f"{path} row {i}", name) for i, row in enumerate(rows, 1)]
    return texts if task.item is Item.TEXT else [_image(path.parent / text, path) for text in texts]


def _column(rows: Sequence[Row], asked: str, known: Sequence[str], option: str, path: Path) -> str:
    """Return the column that is asked for, or the one whose name tells."""
    names = list(rows[0])
    if asked and asked not in names:
        raise UsageError(f"{path} has no column {asked!r}; it has {_listed(names)}", hint=f"Name one with --{option}.")
    by_lower = {name.lower().strip(): name for name in reversed(names)}
    found = asked or next((by_lower[name] for name in known if name in by_lower), "")
    if not found:
        raise UsageError(
            f"no column of {path} is known as {option}; it has {_listed(names)}", hint=f"Name it with --{option}."
        )
    return found


def _pair(rows: Sequence[Row], columns: Columns, path: Path) -> tuple[str, str]:
    names = list(rows[0])
    asked = tuple(part.strip() for part in columns.text.split(",")) if columns.text else ()
    for one, other in ((asked,) if len(asked) == 2 else ()) or (() if asked else _PAIRS):
        if one in names and other in names:
            return one, other
    raise UsageError(
        f"{path} has no two columns of sentences; it has {_listed(names)}",
        hint="Name both: --text sentence1,sentence2.",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _truth(value: Any, task: Task, place: str, column: str) -> Any:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        raise UsageError(f"{place} has no {column}", hint="Fill it in, or remove the row.")
    if task.is_classification:
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return _number(value, place, column)


def _number(value: Any, place: str, column: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UsageError(
            f"{place}, column {column!r} holds no number: {str(value)[:40]!r}",
            hint="Remove the column, or choose another task.",
        ) from None
    if not math.isfinite(number):
        raise UsageError(f"{place}, column {column!r} holds no finite number", hint="Fill it in, or remove the row.")
    return number


def _words(value: Any, place: str, column: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{place} has no text in {column!r}", hint="Fill it in, or remove the row.")
    return value


def _folder(path: Path, task: Task) -> Dataset:
    """Read images that lie in one folder a class."""
    if task.item is not Item.IMAGE:
        raise UsageError(f"{path} is a folder; {task} takes a table", hint=f"Give a file: {', '.join(SUFFIXES)}.")
    found = sorted(p for p in path.glob("*/*") if p.suffix.lower() in _IMAGES and p.is_file())
    if not found:
        raise UsageError(f"{path} holds no images in folders by class", hint="Lay them out as class/image.png.")
    digest = hashlib.sha256()
    for place in found:
        name = place.relative_to(path).as_posix()
        digest.update(f"{sha256_of(LocalFile(name, place))}  {name}\n".encode())
    items = tuple(str(place.resolve()) for place in found)
    truths = tuple(place.parent.name for place in found)
    return Dataset(path.resolve().name, task, items, truths, digest.hexdigest(), "folder", len(found))


def _image(place: Path, path: Path) -> str:
    if not place.is_file():
        raise UsageError(f"{path} names {place}, which is no file", hint="Paths are taken from the table's folder.")
    return str(place.resolve())
