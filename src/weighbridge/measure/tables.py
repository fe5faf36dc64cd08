"""Tables of the user's own: CSV, TSV, JSON, JSON lines, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import UsageError

BYTE_LIMIT = 4 * 1024**3
ROW_LIMIT = 5_000_000
SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")

Row = dict[str, Any]


def read_table(path: Path) -> list[Row]:
    """Return a table's rows. Raises `UsageError` for what is none, naming the place."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{path} is no table that can be read", hint=f"Give a file that ends in {', '.join(SUFFIXES)}."
        )
    if path.stat().st_size > BYTE_LIMIT:
        raise UsageError(f"{path} is larger than {BYTE_LIMIT:,} bytes", hint="Give a part of it.")
    rows = list(_parquet(path) if suffix == ".parquet" else _READERS[suffix](path, _text(path)))
    if not rows:
        raise UsageError(f"{path} holds no rows", hint="Give a table with a header and at least two rows.")
    if len(rows) > ROW_LIMIT:
        raise UsageError(f"{path} has more than {ROW_LIMIT:,} rows", hint="Give a part of it.")
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no UTF-8 at byte {error.start:,}", hint="Save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _delimited(path: Path, text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise UsageError(
                    f"{path} line {reader.line_num} has another number of columns than the header",
                    hint="Quote values that hold the separator.",
                )
            yield row
    except csv.Error as error:
        raise UsageError(f"{path} line {reader.line_num} is no CSV: {error}") from None


def _csv(path: Path, text: str) -> Iterator[Row]:
    return _delimited(path, text, ",")


def _tsv(path: Path, text: str) -> Iterator[Row]:
    return _delimited(path, text, "\t")


def _json(path: Path, text: str) -> Iterator[Row]:
    value = _decoded(text, str(path))
    held = value.get("data") if isinstance(value, dict) else value
    if not isinstance(held, list):
        raise UsageError(f"{path} holds no list of rows", hint='Give `[{"text": …, "label": …}, …]`.')
    for number, row in enumerate(held, 1):
        yield _object(row, f"{path} row {number}")


def _lines(path: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = f"{path} line {number}"
            yield _object(_decoded(line, place), place)


def _decoded(text: str, place: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"{place} is no JSON: {error}") from None


def _object(value: Any, place: str) -> Row:
    if not isinstance(value, dict):
        raise UsageError(f"{place} is no object with named columns")
    return value


def _parquet(path: Path) -> list[Row]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow", hint="pip install 'weighbridge[registry]'") from None
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            if file.metadata.num_rows > ROW_LIMIT:
                raise UsageError(f"{path} has more than {ROW_LIMIT:,} rows", hint="Give a part of it.")
            rows: list[Row] = file.read().to_pylist()
            return rows
    except (pyarrow.ArrowException, OSError) as error:
        raise UsageError(f"{path} is no Parquet: {error}") from None


_READERS = {".csv": _csv, ".tsv": _tsv, ".json": _json, ".jsonl": _lines, ".ndjson": _lines}
