"""From records as a registry gives them to the rows of the tables: SQL over lines of JSON, the same for every importer."""

from __future__ import annotations

import datetime
import functools
import importlib.resources
import threading
from typing import TYPE_CHECKING, Any

import msgspec

from weighbridge.registry.rows import Reject, Rows

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Those that are made of a record; the others have rows of their own.
DERIVED = ("models", "files", "cards", "commits", "owners", "edges", "datasets", "licences", "claims")
_local = threading.local()


class Scope(msgspec.Struct, frozen=True):
    """What all rows of an import share. Records that tell of a day after `snapshot` are wrong."""

    snapshot: datetime.date
    registry: str
    source: str

    @property
    def limit(self) -> datetime.datetime:
        """The first moment that no record can know of; a day is left for clocks and time zones."""
        return datetime.datetime.combine(self.snapshot, datetime.time()) + datetime.timedelta(days=2)


class Derived(msgspec.Struct, frozen=True):
    """The rows of every table, by its name, that some records give, and the records that give none."""

    tables: dict[str, Any]
    rejects: tuple[Reject, ...]


def derive(rows: Rows, scope: Scope) -> Derived:
    """Return what the records give. Several threads may do so at once."""
    found = _derived(rows, scope) if rows.count else Derived({}, ())
    return Derived(found.tables, (*rows.rejects, *found.rejects))


def _derived(rows: Rows, scope: Scope) -> Derived:
    connection = _connection()
    connection.register("rows", rows.table())
    try:
        connection.execute(statement("staged"))
        rejects = tuple(
            Reject(place, reason, excerpt or "", name or "")
            for place, name, reason, excerpt in _selected(connection, "rejected", {"limit": scope.limit}).fetchall()
        )
        _keep(connection, [reject.place for reject in rejects])
        parameters = {"snapshot": scope.snapshot, "registry": scope.registry, "source": scope.source}
        tables = {name: _selected(connection, name, parameters).to_arrow_table() for name in DERIVED}
    finally:
        connection.unregister("rows")
        connection.execute("DROP VIEW IF EXISTS kept; DROP TABLE IF EXISTS staged")
    return Derived(tables, rejects)


def _keep(connection: duckdb.DuckDBPyConnection, rejected: list[int]) -> None:
    """Leave out the records that are rejected."""
    listed = ", ".join(map(str, rejected))
    without = f" WHERE place NOT IN ({listed})" if rejected else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW kept AS SELECT * FROM staged{without}")  # noqa: S608 - whole numbers of our own


def _selected(connection: duckdb.DuckDBPyConnection, name: str, given: dict[str, Any]) -> Any:
    """Run a statement with those of the parameters that it names."""
    text = statement(name)
    return connection.sql(text, params={key: value for key, value in given.items() if f"${key}" in text})


def without(tables: dict[str, pa.Table], column: str, values: set[str]) -> dict[str, pa.Table]:
    """Return the tables without the rows that have one of some values in a column; tables without it stay as they are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not values:
        return tables
    gone = pa.array(sorted(values), pa.string())
    return {
        name: rows.filter(pc.invert(pc.is_in(rows[column], value_set=gone))) if column in rows.column_names else rows
        for name, rows in tables.items()
    }


@functools.cache
def statement(name: str) -> str:
    """Return the text of one of the SQL files beside this module."""
    return importlib.resources.files("weighbridge.registry").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


def _connection() -> duckdb.DuckDBPyConnection:
    """Return this thread's own database, in memory: one thread each, because the records are shared out before."""
    found = getattr(_local, "connection", None)
    if found is None:
        import duckdb

        found = duckdb.connect(config={"threads": 1, "memory_limit": "2GB", "python_enable_replacements": False})
        found.execute(statement("macros"))
        _local.connection = found
    return found
