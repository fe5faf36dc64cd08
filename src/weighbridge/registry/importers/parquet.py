"""Parquet dumps of the Hub: hub-stats' models, and cards with metadata as librarian-bots publish them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.frontmatter import split
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.registry.importers.contract import Head, Importer
from weighbridge.registry.rows import MAX_RECORD, Reject, Rows, batched, too_large

# Columns that such dumps hold as JSON in a text.
_JSON = frozenset({"cardData", "config", "safetensors", "gguf", "model-index"})
_RENAMED = {"modelId": "id", "last_modified": "lastModified", "created_at": "createdAt"}
_BATCH = 20_000


def _columns(path: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise FormatError(f"{path} is no Parquet file: {error}", where=str(path)) from None


def _is_parquet(head: Head) -> bool:
    return head.data.startswith(b"PAR1")


def _has_cards(head: Head) -> bool:
    return _is_parquet(head) and "card" in (names := _columns(head.path)) and "cardData" not in names


def _stats(path: Path) -> Iterator[Rows]:
    """Yield the rows as records: DuckDB writes them as JSON, with texts that hold JSON taken for what they are."""
    import duckdb

    names = _columns(path)
    pairs = ", ".join(f"{_quoted(_RENAMED.get(name, name), chr(39))}, {_value(name)}" for name in names)
    limit = f"CASE WHEN strlen(line) <= {MAX_RECORD} THEN line END AS line, left(line, 200) AS head"
    sql = f"SELECT place, {limit} FROM (SELECT file_row_number + 1 AS place, json_object({pairs})::VARCHAR AS line FROM read_parquet($path, file_row_number = true))"  # noqa: S608 - names are quoted
    connection = duckdb.connect(config={"memory_limit": "2GB", "python_enable_replacements": False})
    try:
        for batch in connection.sql(sql, params={"path": str(path)}).to_arrow_reader(_BATCH):
            yield _rows(batch)
    except duckdb.Error as error:
        raise FormatError(f"{path} cannot be read: {str(error).splitlines()[0]}", where=str(path)) from None


def _rows(batch: Any) -> Rows:
    import pyarrow.compute as pc

    is_there = batch["line"].is_valid()
    rejects = [too_large(row["place"], row["head"]) for row in batch.filter(pc.invert(is_there)).to_pylist()]
    kept = batch.filter(is_there)
    return Rows(kept["place"], kept["line"], rejects)


def _value(name: str) -> str:
    column = _quoted(name, '"')
    if name not in _JSON:
        return column
    return f"CASE WHEN typeof({column}) <> 'VARCHAR' THEN to_json({column}) WHEN json_valid({column}::VARCHAR) THEN {column}::VARCHAR::JSON END"


def _quoted(name: str, mark: str) -> str:
    return mark + name.replace(mark, mark * 2) + mark


def _cards(path: Path) -> Iterator[Rows]:
    """Yield the rows as records with what their cards' front matter says."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _columns(path)

    def found() -> Iterator[tuple[int, dict[str, Any]] | Reject]:
        place = 0
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(2_000):
                    for row in batch.to_pylist():
                        place += 1
                        record = {_RENAMED.get(name, name): row[name] for name in names if row[name] is not None}
                        yield place, record | _front(record.get("card"))
        except (pa.ArrowException, OSError) as error:
            yield Reject(0, f"the dump ends in the middle, after row {place:,}: {error}")

    yield from batched(found())


def _front(card: Any) -> dict[str, Any]:
    """Return a card's front matter as the Hub's interface would give it; nothing where it cannot be read."""
    front = split(card.replace("\r\n", "\n")).front if isinstance(card, str) else None
    if not front:
        return {}
    try:
        values = parse_yaml(front).value
        msgspec.json.encode(values, enc_hook=str)
    except (FormatError, ValueError, TypeError, RecursionError):
        return {}
    return {"cardData": values} if isinstance(values, dict) else {}


IMPORTERS = (
    Importer("cards", "librarian-bots: cards with metadata (Parquet)", "huggingface", _has_cards, _cards, "a file made to its documentation"),
    Importer("hub-stats", "hub-stats: the Hub's models (Parquet)", "huggingface", _is_parquet, _stats, "a file made to its documentation"),
)  # fmt: skip
