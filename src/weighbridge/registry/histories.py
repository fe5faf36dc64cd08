"""Histories of a snapshot's models, on demand: clones without contents, read and let go.

Models are taken in lots, the most downloaded first. What a lot gave counts at once, so a run that is killed is taken up there.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import msgspec

from weighbridge.errors import ConnectionLost, SourceError
from weighbridge.model import Commit
from weighbridge.registry.derivation import Scope
from weighbridge.registry.importing import names_in, new_rejects
from weighbridge.registry.query import Dataset
from weighbridge.registry.rows import Reject
from weighbridge.registry.schema import COMMITS, arrow_schema
from weighbridge.registry.store import Store
from weighbridge.registry.writing import writing
from weighbridge.sources.git_fetch import fetched_history
from weighbridge.sources.names import is_model_id

_LOT = 64
_AT_ONCE = 8
_WITHOUT = """
    SELECT id FROM models
    WHERE registry = 'huggingface' AND NOT coalesce(is_private, false)
        AND id NOT IN (SELECT id FROM commits WHERE registry = 'huggingface')
    ORDER BY downloads DESC NULLS LAST, id LIMIT $limit
"""

# Called with the models asked for and those to ask for.
Progress = Callable[[int, int], None]


class Asked(msgspec.Struct, frozen=True):
    """Which histories are wanted: of so many models that have none yet, so many of the newest commits each."""

    snapshot: datetime.date
    endpoint: str
    models: int = 100
    commits: int = 1000


class Histories(msgspec.Struct, frozen=True):
    """How many models and commits there are now, and how many models gave no history, by reason."""

    models: int
    commits: int
    failed: dict[str, int]


class _Found(msgspec.Struct, frozen=True):
    """What a model gave: commits, or why there are none."""

    name: str
    commits: tuple[Commit, ...] = ()
    fault: str = ""
    is_lost: bool = False


def take_histories(store: Store, asked: Asked, progress: Progress | None = None) -> Histories:
    """Fetch the histories of a snapshot's models that have none. Raises `SourceError` when nobody answers."""
    rows = Dataset(store, asked.snapshot).query(_WITHOUT, {"limit": asked.models}).rows()
    names = [row["id"] for row in rows if is_model_id(row["id"])]
    models, commits, failed = 0, 0, dict[str, int]()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="clone") as pool:
        for first in range(0, len(names), _LOT):
            found = list(pool.map(functools.partial(_history, asked), names[first : first + _LOT]))
            if all(one.is_lost for one in found):
                raise SourceError(
                    f"{asked.endpoint} gives no history: {found[0].fault}", hint="Is git able to reach it?"
                )
            _write(store, asked, found)
            models += sum(not one.fault for one in found)
            commits += sum(len(one.commits) for one in found)
            for one in found:
                if one.fault:
                    failed[one.fault] = failed.get(one.fault, 0) + 1
            if progress:
                progress(first + len(found), len(names))
    return Histories(models, commits, dict(sorted(failed.items())))


def _history(asked: Asked, name: str) -> _Found:
    try:
        with fetched_history(f"{asked.endpoint}/{quote(name)}") as history:
            return _Found(name, tuple(history.commits(asked.commits)))
    except ConnectionLost as error:
        return _Found(name, fault=error.message, is_lost=True)
    except SourceError as error:
        return _Found(name, fault=error.message)


def _write(store: Store, asked: Asked, found: Sequence[_Found]) -> None:
    """Let a lot's commits count, and list what gave none; a model that another process brought meanwhile stays as it is."""
    import pyarrow as pa

    scope = Scope(asked.snapshot, "huggingface", asked.endpoint)
    with writing(store, asked.snapshot, "histories", asked.endpoint) as parts:
        known = names_in(store, scope, "commits", "id")
        rows = [_row(scope, one.name, commit) for one in found if one.name not in known for commit in one.commits]
        faults = [Reject(0, f"no history: {one.fault}", id=one.name) for one in found if one.fault]
        parts.write({
            "commits": pa.Table.from_pylist(rows, schema=arrow_schema(COMMITS)),
            "rejects": new_rejects(store, faults, scope),
        })  # fmt: skip


def _row(scope: Scope, name: str, commit: Commit) -> dict[str, object]:
    return {
        "snapshot": scope.snapshot,
        "registry": scope.registry,
        "id": name,
        "commit": commit.id,
        "date": commit.date.astimezone(datetime.UTC).replace(tzinfo=None),
        "authors": list(commit.authors),
        "title": commit.title,
        "is_signed": commit.is_signed,
    }
