"""A dump into a dataset: its records shared out over the cores, its rows written in the order of the dump."""

from __future__ import annotations

import datetime
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from weighbridge.registry.derivation import Derived, Scope, derive, without
from weighbridge.registry.importers.contract import Plain
from weighbridge.registry.rows import Reject, Rows
from weighbridge.registry.schema import BY_NAME, REJECTS, arrow_schema
from weighbridge.registry.store import Store
from weighbridge.registry.writing import writing

if TYPE_CHECKING:
    import pyarrow as pa

# Called with how many records were taken.
Progress = Callable[[int], None]


class Report(msgspec.Struct, frozen=True):
    """What came of an import: rows by table, records that were there already, and those that were skipped, by reason."""

    source: str
    snapshot: datetime.date
    rows: dict[str, int]
    known: int = 0
    rejected: dict[str, int] = {}

    @property
    def is_complete(self) -> bool:
        """Whether nothing was skipped."""
        return not self.rejected


def import_rows(
    store: Store, rows: Iterable[Rows | Plain], scope: Scope, *, verb: str = "import", progress: Progress | None = None
) -> Report:
    """Take records into a snapshot, all or none; those whose model is there already are passed over."""
    with writing(store, scope.snapshot, verb, scope.source) as parts:
        seen = _Seen(store, scope)
        known_rejects = _rejects_in(store, scope)
        rejected: dict[str, int] = {}
        for derived in _shared_out(rows, scope):
            tables, rejects = seen.keep_new(derived) if isinstance(derived, Derived) else _plain(store, derived, scope)
            parts.write(tables)
            _count(rejects, rejected)
            parts.write({"rejects": rejects_table([r for r in rejects if _key(r) not in known_rejects], scope)})
            if progress:
                progress(seen.count)
    return Report(scope.source, scope.snapshot, parts.rows, seen.repeated, dict(sorted(rejected.items())))


def names_in(store: Store, scope: Scope, table: str, column: str) -> set[str]:
    """Return what a column of a snapshot's table holds for a registry: names of models or of owners."""
    import pyarrow.parquet as pq

    found: set[str] = set()
    for path in store.paths(table, scope.snapshot):
        rows = pq.read_table(path, columns=[column], filters=[("registry", "=", scope.registry)])
        found.update(rows[column].to_pylist())
    return found


class _Seen:
    """The names met so far: in the snapshot before, and in this dump."""

    def __init__(self, store: Store, scope: Scope) -> None:
        self._known = names_in(store, scope, "models", "id")
        self._owners = names_in(store, scope, "owners", "owner")
        self._new: set[str] = set()
        self.repeated = 0
        self.count = 0

    def keep_new(self, derived: Derived) -> tuple[dict[str, Any], list[Reject]]:
        """Return the rows of models not met before; a name that the same dump gave already is a fault of the dump."""
        if not derived.tables:
            return {}, list(derived.rejects)
        ids = derived.tables["models"]["id"].to_pylist()
        self.count += len(ids)
        known, twice = self._known.intersection(ids), self._new.intersection(ids)
        self.repeated += len(known)
        self._new.update(ids)
        self._new -= known
        tables = dict(without(derived.tables, "id", known | twice))
        tables["owners"] = without({"owners": tables["owners"]}, "owner", self._owners)["owners"]
        self._owners.update(tables["owners"]["owner"].to_pylist())
        return tables, [*derived.rejects, *(Reject(0, "stands twice in the dump", id=name) for name in sorted(twice))]


def _plain(store: Store, plain: Plain, scope: Scope) -> tuple[dict[str, Any], list[Reject]]:
    """Return rows that are no models', none where the same dump was taken into the snapshot before."""
    import pyarrow as pa

    deeds = store.manifest.deeds
    if any(d.snapshot == scope.snapshot and d.source == scope.source and plain.table in d.rows for d in deeds):
        return {}, []
    schema = arrow_schema(BY_NAME[plain.table])
    filled = [{"snapshot": scope.snapshot, "source": scope.source, **row} for row in plain.rows]
    return {plain.table: pa.Table.from_pylist(filled, schema=schema)}, list(plain.rejects)


def _shared_out(rows: Iterable[Rows | Plain], scope: Scope) -> Iterator[Derived | Plain]:
    """Derive batches side by side and yield them in their order, with no more of them in memory than cores need."""
    workers = min(os.cpu_count() or 1, 16)
    waiting: deque[Future[Derived | Plain]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="derive") as pool:
        for batch in rows:
            waiting.append(pool.submit(_derived, batch, scope))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _derived(batch: Rows | Plain, scope: Scope) -> Derived | Plain:
    return derive(batch, scope) if isinstance(batch, Rows) else batch


def _count(rejects: list[Reject], counts: dict[str, int]) -> None:
    """Count what was skipped, by reason."""
    for reject in rejects:
        reason = reject.reason.partition(":")[0].partition(" (")[0]
        counts[reason] = counts.get(reason, 0) + 1


def _key(reject: Reject) -> tuple[int, str, str]:
    return reject.place, reject.reason, reject.id


def _rejects_in(store: Store, scope: Scope) -> set[tuple[int, str, str]]:
    """Return the keys of the rows of this dump that the snapshot lists as skipped: given twice, it lists them once."""
    import pyarrow.parquet as pq

    found: set[tuple[int, str, str]] = set()
    for path in store.paths("rejects", scope.snapshot):
        rows = pq.read_table(path, columns=["place", "reason", "id"], filters=[("source", "=", scope.source)])
        found.update((row["place"], row["reason"], row["id"] or "") for row in rows.to_pylist())
    return found


def new_rejects(store: Store, rejects: Iterable[Reject], scope: Scope) -> pa.Table:
    """Return as rows of their table those rejects that the snapshot does not list yet."""
    known = _rejects_in(store, scope)
    return rejects_table([reject for reject in rejects if _key(reject) not in known], scope)


def rejects_table(rejects: Iterable[Reject], scope: Scope) -> pa.Table:
    """Return rejects as rows of their table."""
    import pyarrow as pa

    rows = [
        {"snapshot": scope.snapshot, "source": scope.source, "place": r.place, "id": r.id or None, "reason": r.reason,
         "excerpt": r.excerpt[:200] or None}
        for r in rejects
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=arrow_schema(REJECTS))
