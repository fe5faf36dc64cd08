"""Datasets to test on."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from weighbridge.registry.derivation import Scope
from weighbridge.registry.importers.catalogue import importer_for
from weighbridge.registry.importing import Report, import_rows
from weighbridge.registry.measuring import Task, work
from weighbridge.registry.store import Part, Store, created

DATA = Path(os.environ.get("WEIGHBRIDGE_DATA", Path(__file__).parents[3] / "shared")) / "data"
DAY = datetime.date(2026, 1, 15)


def reference(name: str) -> Path:
    """Return a file of the reference data; skips the test where it is absent."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no reference data at {path}: set WEIGHBRIDGE_DATA")
    return path


def write_lines(path: Path, records: Iterable[Mapping[str, Any] | str | bytes]) -> Path:
    """Write records, one a line; texts and bytes as they stand."""
    lines = [r if isinstance(r, bytes) else (r if isinstance(r, str) else json.dumps(r)).encode() for r in records]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def take(
    store: Store, dump: Path, day: datetime.date = DAY, registry: str | None = None, shape: str | None = None
) -> Report:
    """Import a dump as the command does."""
    importer = importer_for(dump, shape)
    return import_rows(store, importer.rows(dump), Scope(day, registry or importer.registry, dump.name))


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    """Return all rows of a table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = store.paths(table)
    return pa.concat_tables([pq.read_table(path) for path in paths]).to_pylist() if paths else []  # type: ignore[no-any-return]


def killed(*arguments: str | Path) -> dict[str, int]:
    """Have some work killed over and over; return how often it was, and how often it was half done then."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.registry.kills", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return msgspec.json.decode(found.stdout, type=dict[str, int])


def no_file_is_left_over(store: Store) -> bool:
    """Tell whether the folder holds the files that count and no others."""
    return set(store.folder.rglob("*.parquet*")) == {store.folder / part.path for part in store.manifest.parts}


def one_by_one(tasks: Sequence[Task]) -> Iterator[tuple[Task, list[Part]]]:
    """Do tasks of measuring in this process."""
    return ((task, work(task)) for task in tasks)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path / "hub")


@pytest.fixture
def take_records(store: Store, tmp_path: Path) -> Callable[..., Report]:
    """Import records that a test makes."""

    def taken(*records: Mapping[str, Any] | str | bytes, name: str = "dump.jsonl", day: datetime.date = DAY) -> Report:
        return take(store, write_lines(tmp_path / name, records), day)

    return taken
