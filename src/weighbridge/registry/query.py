"""Questions to a dataset in SQL: views over its files, nothing else of the machine in reach, nothing that can be written."""

from __future__ import annotations

import contextlib
import datetime
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weighbridge.errors import UsageError
from weighbridge.registry.schema import TABLES, Table
from weighbridge.registry.store import Store, latest, opened

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class Answer:
    """What a question gave, in the shape that is wanted."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def arrow(self) -> pa.Table:
        """Return an Arrow table."""
        return self._table

    def polars(self) -> pl.DataFrame:
        """Return a Polars frame; needs Polars."""
        import polars

        return polars.DataFrame(polars.from_arrow(self._table))

    def pandas(self) -> pd.DataFrame:
        """Return a pandas frame; needs pandas."""
        return self._table.to_pandas()

    def rows(self) -> list[dict[str, Any]]:
        """Return a list of rows as Python objects."""
        return self._table.to_pylist()  # type: ignore[no-any-return]


class Dataset:
    """A registry's dataset, to be asked.

    Each table is a view of one snapshot, the newest unless another is named; `history.TABLE` has those of all days.
    """

    def __init__(self, store: Store, snapshot: datetime.date | None = None, *, threads: int | None = None) -> None:
        self.store = store
        self.snapshot = latest(store, snapshot)
        self._threads = threads
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database with the views, for those who build on it."""
        if self._connection is None:
            self._connection = _connected(self.store, self.snapshot, self._threads)
        return self._connection

    def query(self, sql: str, parameters: dict[str, Any] | None = None) -> Answer:
        """Return what a SELECT gives; `parameters` stand in it as `$name`. Raises `UsageError`."""
        import duckdb

        connection = self.connection
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _allowed():
                raise UsageError(
                    "a question is one SELECT", hint='For example "select task, count(*) from models group by task".'
                )
            return Answer(connection.sql(statements[0], params=parameters or {}).to_arrow_table())
        except duckdb.Error as error:
            raise UsageError(_shortened(str(error)), hint="`--tables` lists the tables and their columns.") from None


def open_dataset(folder: str | Path, snapshot: datetime.date | None = None) -> Dataset:
    """Return the dataset in a folder, to be asked. Raises `UsageError` where there is none."""
    return Dataset(opened(Path(folder)), snapshot)


def tables(store: Store, snapshot: datetime.date) -> Iterator[tuple[Table, int]]:
    """Yield every table with its number of rows in a snapshot."""
    for table in TABLES:
        yield table, sum(part.rows for part in store.parts(table.name, snapshot))


def _connected(store: Store, snapshot: datetime.date, threads: int | None) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that can read the dataset's files and nothing else of the machine."""
    import duckdb

    config: dict[str, Any] = {
        "temp_directory": str(Path(tempfile.gettempdir()) / "weighbridge-query"),
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    connection = duckdb.connect(config=config | ({"threads": threads} if threads else {}))
    connection.execute("CREATE SCHEMA history; SET TimeZone = 'UTC'")
    for table in TABLES:
        connection.execute(f"CREATE VIEW history.{table.name} AS {_source(table, store.paths(table.name))}")
        paths = store.paths(table.name, snapshot)
        connection.execute(f"CREATE VIEW main.{table.name} AS {_source(table, paths)}")
    allowed = [str(path) for table in TABLES for path in store.paths(table.name)]
    connection.execute(f"SET allowed_paths = {_listed(allowed)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _source(table: Table, paths: list[Path]) -> str:
    """Return the statement that reads a table's files, in the order in which they were written."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    if paths:
        listed = _listed([str(path) for path in paths])
        return f"SELECT {columns} FROM read_parquet({listed}, hive_partitioning = false, union_by_name = true)"  # noqa: S608
    empty = ", ".join(f'CAST(NULL AS {column.type}) AS "{column.name}"' for column in table.columns)
    return f"SELECT {empty} WHERE false"


def _listed(paths: list[str]) -> str:
    return "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in paths) + "]"


def _allowed() -> set[Any]:
    import duckdb

    return {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def _shortened(message: str) -> str:
    """Return an engine's message without its drawing of where in the text it stumbled, and in one line."""
    with contextlib.suppress(ValueError, AttributeError):  # some of its messages are JSON
        message = str(json.loads(message).get("exception_message", message))
    return " ".join(
        line.strip() for line in message.splitlines() if line.strip() and not line.startswith(("LINE", " "))
    )[:400]
