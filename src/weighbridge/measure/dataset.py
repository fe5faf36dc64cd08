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
from weighbridge.measure.tasks import Answer, Item, Task
from weighbridge.sources.local import LocalFile

_LABEL = ("label", "labels", "class", "category", "target", "score", "similarity", "rating", "sentiment", "y")
_REFERENCE = (
    "reference", "target", "answer", "answers", "summary", "highlights", "translation", "transcription", "transcript", "sentence",
    "completion", "output", "label", "text",
)  # fmt: skip
_TAGS, _WORDS, _AUDIO = (
    ("tags", "ner_tags", "pos_tags", "labels"),
    ("tokens", "words", "sentence", "text"),
    ("audio", "path", "file"),
)
_SOURCE = ("text", "source", "document", "article", "prompt", "input", "sentence", "masked", "src")
_MASK = "[MASK]"
_TEXT = ("text", "sentence", "review", "content", "comment", "tweet", "input", "question", "title", "document")
_IMAGE = ("image", "path", "file", "file_name", "filename")
_PAIRS = (
    ("sentence1", "sentence2"), ("sentence_1", "sentence_2"), ("text1", "text2"), ("text_a", "text_b"), ("premise", "hypothesis"),
)  # fmt: skip
_SUFFIXES = {
    Item.IMAGE: frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}),
    Item.AUDIO: frozenset({".wav", ".flac", ".ogg", ".mp3"}),
}


class Columns(msgspec.Struct, frozen=True):
    """Which columns hold what, where their names do not tell; `text` may be two names with a comma between."""

    text: str = ""
    label: str = ""


class Dataset(msgspec.Struct, frozen=True):
    """Items, in their order, and the truth about each: a class as text, or a number.

    An item is a text, a pair of texts, a list of words or numbers, or the path of an image or a sound. What is true is a class, a
    number, a text, texts of which any is right, or a tag a word. `digest` is the SHA-256 over all that was read.
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
    known = {Answer.TEXT: _REFERENCE, Answer.TAGS: _TAGS, Answer.COUNTS: _TEXT}.get(task.answer, _LABEL)
    asked = columns.label or (columns.text if task.answer is Answer.COUNTS else "")
    label = _column(rows, asked, known, "label", path)
    truths = [_truth(row.get(label), task, f"{path} row {i}", label) for i, row in enumerate(rows, 1)]
    items = _items(rows, task, columns, label, path)
    if task.answer is Answer.TAGS:
        _require_a_tag_a_word(items, truths, path)
    digest = sha256_of(LocalFile(path.name, path))
    return Dataset(path.stem, task, tuple(items), tuple(truths), digest, label, len(rows))


def _items(rows: Sequence[Row], task: Task, columns: Columns, label: str, path: Path) -> list[Any]:
    if task.item is Item.ROW:
        names = [name for name in rows[0] if name != label]
        return [[_number(row.get(name), f"{path} row {i}", name) for name in names] for i, row in enumerate(rows, 1)]
    if task.item in {Item.PAIR, Item.QUESTION}:
        known_pairs = _PAIRS if task.item is Item.PAIR else (("question", "context"),)
        pair = _pair(rows, columns, path, known_pairs)
        return [[_words(row.get(n), f"{path} row {i}", n) for n in pair] for i, row in enumerate(rows, 1)]
    known = _KNOWN.get(task.item, _SOURCE if task.answer is Answer.TEXT else _TEXT)
    name = _column(rows, columns.text, known, "text", path)
    if name == label and task.answer in {Answer.TEXT, Answer.TAGS}:
        raise UsageError(
            f"{path}: column {name!r} would be both what is asked and what is true",
            hint="Name both: --text and --label.",
        )
    if task.item is Item.WORDS:
        return [_parts(row.get(name), f"{path} row {i}", name) for i, row in enumerate(rows, 1)]
    texts = [_words(row.get(name), f"{path} row {i}", name) for i, row in enumerate(rows, 1)]
    for number, text in enumerate(texts, 1):
        if task.item is Item.MASKED and text.count(_MASK) != 1:
            raise UsageError(f"{path} row {number} has not one {_MASK}", hint=f"Write {_MASK} for the word to guess.")
    return [_file(path.parent / text, path) for text in texts] if task.item in _SUFFIXES else texts


_KNOWN = {Item.IMAGE: _IMAGE, Item.AUDIO: _AUDIO, Item.WORDS: _WORDS}


def _require_a_tag_a_word(items: Sequence[Any], truths: Sequence[Any], path: Path) -> None:
    for number, (words, tags) in enumerate(zip(items, truths, strict=True), 1):
        if len(words) != len(tags):
            raise UsageError(
                f"{path} row {number} has {len(words)} words and {len(tags)} tags",
                hint="Give every word a tag, `O` where none applies.",
            )


def _parts(value: Any, place: str, column: str) -> list[str]:
    """Return words or tags: a list of texts, or a text with spaces between."""
    parts = value.split() if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) and part for part in parts):
        raise UsageError(
            f"{place}, column {column!r} is no list of words",
            hint="Give a list of texts, or a text with spaces between; tags by name.",
        )
    return parts


def _reference(value: Any, task: Task, place: str, column: str) -> Any:
    """Return the right text; of a question also several, any of which is right (as SQuAD has them)."""
    held = value.get("text") if isinstance(value, dict) else value
    if task is Task.QUESTION_ANSWERING and isinstance(held, list):
        if not held:
            raise UsageError(f"{place} has no answer in {column!r}", hint="Leave out questions without an answer.")
        return [_words(one, place, column) for one in held]
    return _words(held, place, column)


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


def _pair(rows: Sequence[Row], columns: Columns, path: Path, known: Sequence[tuple[str, str]]) -> tuple[str, str]:
    names = list(rows[0])
    asked = tuple(part.strip() for part in columns.text.split(",")) if columns.text else ()
    for one, other in ((asked,) if len(asked) == 2 else ()) or (() if asked else known):
        if one in names and other in names:
            return one, other
    raise UsageError(
        f"{path} has no two columns of texts; it has {_listed(names)}",
        hint=f"Name both: --text {','.join(known[0])}.",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _truth(value: Any, task: Task, place: str, column: str) -> Any:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        raise UsageError(f"{place} has no {column}", hint="Fill it in, or remove the row.")
    if task.answer is Answer.TAGS:
        return _parts(value, place, column)
    if task.is_counted:
        return _reference(value, task, place, column)
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
    """Read images or sounds that lie in one folder a class."""
    if task.item not in _SUFFIXES or not task.is_classification:
        raise UsageError(f"{path} is a folder; {task} takes a table", hint=f"Give a file: {', '.join(SUFFIXES)}.")
    found = sorted(p for p in path.glob("*/*") if p.suffix.lower() in _SUFFIXES[task.item] and p.is_file())
    if not found:
        raise UsageError(f"{path} holds no {task.item}s in folders by class", hint="Lay them out as class/file.png.")
    digest = hashlib.sha256()
    for place in found:
        name = place.relative_to(path).as_posix()
        digest.update(f"{sha256_of(LocalFile(name, place))}  {name}\n".encode())
    items = tuple(str(place.resolve()) for place in found)
    truths = tuple(place.parent.name for place in found)
    return Dataset(path.resolve().name, task, items, truths, digest.hexdigest(), "folder", len(found))


def _file(place: Path, path: Path) -> str:
    if not place.is_file():
        raise UsageError(f"{path} names {place}, which is no file", hint="Paths are taken from the table's folder.")
    return str(place.resolve())
