"""`weighbridge registry query`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.status import CLEAN, NOTHING
from weighbridge.errors import UsageError

if TYPE_CHECKING:
    from weighbridge.registry.query import Answer, Dataset

FORMATS = ("terminal", "csv", "json", "parquet")
_SHOWN = 50

_EPILOG = """\b
Examples:
  weighbridge registry query hub/ "select task, count(*) from models group by all order by 2 desc"
  weighbridge registry query hub/ "select * from rejects" --format csv -o rejects.csv
  weighbridge registry query hub/ "select snapshot, count(*) from history.models group by 1"
  weighbridge registry query hub/ --tables                       the tables and their columns
  cat question.sql | weighbridge registry query hub/ -

\b
Exit status: 0 there are rows, 2 usage or internal error, 3 there is none.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("sql", required=False)
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot asked; the newest by default."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--rows", type=click.IntRange(0), default=_SHOWN, show_default=True, help="Rows shown on a terminal; 0 for all."
)
@click.option("--tables", "lists", is_flag=True, help="List the tables with their rows and columns.")
def query(folder: Path, sql: str | None, **options: Any) -> int:
    """Ask a dataset a question in SQL (DuckDB's dialect).

    FOLDER is the dataset; SQL one SELECT, or `-` for standard input. A table is that of the newest snapshot,
    `history.TABLE` that of all days. Nothing can be written, and no other file of this machine can be read.
    """
    needs("registry", "duckdb", "pyarrow")
    from weighbridge.registry.query import open_dataset

    dataset = open_dataset(folder, options["snapshot"].date() if options["snapshot"] else None)
    if options["lists"]:
        output.emit(_tables(dataset), options["path"])
        return CLEAN
    if sql is None:
        raise UsageError(
            "there is no question", hint='For example "select count(*) from models"; `--tables` lists what there is.'
        )
    answer = dataset.query(sys.stdin.read() if sql == "-" else sql)
    _write(answer, options)
    return CLEAN if answer.arrow().num_rows else NOTHING


def _write(answer: Answer, options: dict[str, Any]) -> None:
    from weighbridge.render import rows as drawn

    table, form, path = answer.arrow(), options["form"], options["path"]
    if form == "parquet":
        _write_parquet(answer, path)
        return
    limit = options["rows"] if form == "terminal" else 0
    shown = table.slice(0, limit) if limit else table
    names = table.column_names
    rows = list(zip(*(column.to_pylist() for column in shown.columns), strict=True))
    if form == "csv":
        output.emit(drawn.render_rows_csv(names, rows), path)
    elif form == "json":
        output.emit(drawn.render_rows_json(names, rows), path)
    else:
        width = output.look(sys.stdout, path)["width"]
        output.emit(drawn.render_rows(names, rows, width=width, total=table.num_rows), path)


def _write_parquet(answer: Answer, path: Path | None) -> None:
    if path is None:
        raise UsageError("Parquet is nothing for a terminal", hint="Name a file with -o.")
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(answer.arrow(), sink, compression="zstd")
    output.emit_bytes(sink.getvalue().to_pybytes(), path)


def _tables(dataset: Dataset) -> str:
    from weighbridge.registry.query import tables

    lines = [f"snapshot {dataset.snapshot} of {', '.join(map(str, dataset.store.snapshots))}"]
    for table, count in tables(dataset.store, dataset.snapshot):
        lines += [
            f"\n{table.name}  {count:,} rows: {table.row}",
            *(f"  {c.name:<20}{c.type:<12}{c.meaning}" for c in table.columns),
        ]
    return "\n".join(lines) + "\n"
