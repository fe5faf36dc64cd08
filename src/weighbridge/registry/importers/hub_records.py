"""Records as the Hub's interface gives them, one a line or in one array, today's or those of 2022, with the card or without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weighbridge.registry.importers.contract import Head, Importer
from weighbridge.registry.importers.documents import decoded
from weighbridge.registry.lines import read_lines
from weighbridge.registry.rows import Reject, Rows, batched


def _is_lines(head: Head) -> bool:
    return head.start.startswith("{") and (head.suffix != ".json" or "\n{" in head.start)


def _is_array(head: Head) -> bool:
    return head.start.startswith(("[", "{")) and ('"id"' in head.start or '"modelId"' in head.start)


def _array(path: Path) -> Iterator[Rows]:
    found = decoded(path)
    listed = found if isinstance(found, list) else [found]
    yield from batched(
        (place, item) if isinstance(item, dict) else Reject(place, "is no JSON object")
        for place, item in enumerate(listed, 1)
    )


LINES = Importer(
    "hub-records", "the Hub's records, one a line (NDJSON)", "huggingface", _is_lines, read_lines, "the real files"
)
ARRAY = Importer(
    "hub-array",
    "the Hub's records in a JSON array, or one record",
    "huggingface",
    _is_array,
    _array,
    "records of real files",
)
