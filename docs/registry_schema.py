"""The page of the registry dataset's tables, made from the schema."""

from __future__ import annotations

from weighbridge.registry.schema import SCHEMA_VERSION, TABLES, Table

_HEAD = f"""\
# The tables of a registry dataset

Schema {SCHEMA_VERSION}. This page is generated from the schema; [registry datasets](registry.md) tells how they are made and asked.

A dataset is a folder with one folder a table, in it one a snapshot, in it Parquet files: `models/snapshot=2026-11-23/….parquet`.
`manifest.json` lists the files that count, with their rows and bytes, and what was done to make them. A file that it does not list
is no part of the dataset. Every table's rows carry their `snapshot`, so that two days can be compared; files are only ever added,
except that verdicts replace those of an older version of their check.

Columns are only ever added within one major version of the schema; programs should ignore those they do not know. A value that the
registry did not give is NULL, never zero or an empty text.
"""


def page() -> str:
    """Return the whole page."""
    return _HEAD + "".join(_section(table) for table in TABLES)


def _section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in ("snapshot", *table.key))
    rows = "\n".join(f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table.columns)
    return f"\n## {table.name}\n\nA row is {table.row}. Rows differ in {key}.\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n"
