"""PeaTMOSS's SQLite: models with what is linked to them, read in the order of the models, in one pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.registry.importers.contract import Head, Importer
from weighbridge.registry.rows import Reject, Rows, batched, excerpt_of

_LINKED = ("tag", "dataset", "license", "language", "library", "architecture", "author", "base_model", "paper")


class _Linked:
    """The names linked to one model after the other, in the order of the models."""

    def __init__(self, database: sqlite3.Connection, kind: str) -> None:
        self._groups = groupby(_pairs(database, kind), key=itemgetter(0))
        self._next = next(self._groups, None)
        self._names = [] if self._next is None else [pair[1] for pair in self._next[1]]

    def of(self, model: int) -> list[Any]:
        """Return the names linked to a model; models have to be asked for in the order of their numbers."""
        while self._next is not None and self._next[0] < model:
            self._next = next(self._groups, None)
            self._names = [] if self._next is None else [pair[1] for pair in self._next[1]]
        return self._names if self._next is not None and self._next[0] == model else []


def _pairs(database: sqlite3.Connection, kind: str) -> Iterator[tuple[int, Any]]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info(model_to_{kind})")]
    other = next((name for name in columns if name not in {"id", "model_id"}), None)
    if "model_id" not in columns or other is None or not (_has(database, kind) and _has(database, f"model_to_{kind}")):
        return
    quoted = '"' + other.replace('"', '""') + '"'
    yield from database.execute(
        f"SELECT model_id, name FROM model_to_{kind} JOIN {kind} ON {kind}.id = {quoted} "  # noqa: S608 - quoted
        "WHERE name IS NOT NULL AND typeof(model_id) = 'integer' ORDER BY model_id, name"
    )


def _has(database: sqlite3.Connection, table: str) -> bool:
    """Tell whether there is a table of that name; a view would be a program of the file's author."""
    asked = "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table'"
    return database.execute(asked, (table,)).fetchone() is not None


def _rows(path: Path) -> Iterator[Rows]:
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        database.execute("PRAGMA trusted_schema = OFF")
        database.text_factory = lambda data: data.decode("utf-8", "replace")
        if not _has(database, "model"):
            raise FormatError(f"{path} has no table of models", where=str(path))
        yield from batched(_records(database))
    except sqlite3.Error as error:
        raise FormatError(f"{path} cannot be read: {error}", where=str(path)) from None


def _records(database: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    linked = {kind: _Linked(database, kind) for kind in _LINKED}
    columns = [row[1] for row in database.execute("PRAGMA table_info(model)")]
    wanted = [name for name in ("context_id", "sha", "downloads", "likes", "repo_url") if name in columns]
    listed = ", ".join(wanted)
    for number, *values in database.execute(f"SELECT id, {listed} FROM model ORDER BY id"):  # noqa: S608 - names of our own
        model = dict(zip(wanted, values, strict=True))
        if not isinstance(number, int):
            yield Reject(0, "has no number", excerpt_of(str(number)), str(model.get("context_id")))
            continue
        yield number, _record(model, {kind: names.of(number) for kind, names in linked.items()})


def _record(model: dict[str, Any], linked: dict[str, list[Any]]) -> dict[str, Any]:
    declared = {"license": "license", "datasets": "dataset", "language": "language", "base_model": "base_model"}
    front = {key: linked[kind] for key, kind in declared.items() if linked[kind]}
    return {
        "id": model.get("context_id"),
        "sha": model.get("sha"),
        "downloads": model.get("downloads"),
        "likes": model.get("likes"),
        "library_name": next(iter(linked["library"]), None),
        "tags": linked["tag"],
        "config": {"architectures": linked["architecture"]} if linked["architecture"] else None,
        "cardData": front or None,
        "peatmoss": {"url": model.get("repo_url"), "authors": linked["author"], "papers": linked["paper"]},
    }


def _fits(head: Head) -> bool:
    return head.data.startswith(b"SQLite format 3\0")


IMPORTERS = (
    Importer("peatmoss", "PeaTMOSS: models with their metadata (SQLite)", "huggingface", _fits, _rows, "a database made to its documentation"),
)  # fmt: skip
