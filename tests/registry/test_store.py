"""A dataset folder holds what its manifest says, and nothing that anybody else put there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.registry.conftest import DAY, rows
from weighbridge.errors import FormatError, SourceError, UsageError
from weighbridge.registry.importing import Report
from weighbridge.registry.store import MANIFEST, Store, created, latest, opened

Take = Callable[..., Report]


def spoil(store: Store, change: Callable[[dict], object]) -> None:
    path = store.folder / MANIFEST
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "models/../../x.parquet",
        "models/a/b/c.parquet",
        "models/x/'; drop.parquet",
        "cards/x/y.parquet",
    ],
)
def test_a_manifest_cannot_name_files_elsewhere(take_records: Take, store: Store, path: str) -> None:
    take_records({"id": "m"})
    spoil(store, lambda document: document["parts"][0].update(path=path))
    with pytest.raises(FormatError, match="none of its own"):
        opened(store.folder)


def test_another_schema_is_refused(take_records: Take, store: Store) -> None:
    take_records({"id": "m"})
    spoil(store, lambda document: document.update(schema_version="2.0"))
    with pytest.raises(FormatError, match=r"schema 2\.0"):
        opened(store.folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"parts": 5}', "\x00"])
def test_a_broken_manifest_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(FormatError, match="manifest"):
        opened(tmp_path)


def test_what_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no registry dataset"):
        opened(tmp_path)
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UsageError, match=r"other things \(thesis"):
        created(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        created(tmp_path / "thesis.docx")


def test_only_one_may_write(store: Store) -> None:
    with store.locked(), pytest.raises(SourceError, match="another process"), Store(store.folder).locked():
        pass


def test_leftovers_of_a_killed_writer_do_not_count_and_are_swept_away(take_records: Take, store: Store) -> None:
    take_records({"id": "m"})
    left = store.folder / "models" / f"snapshot={DAY}" / "00009-0000.parquet"
    left.write_bytes(b"half a file")
    assert [row["id"] for row in rows(opened(store.folder), "models")] == ["m"]
    take_records({"id": "n"})
    assert not left.exists()


def test_the_newest_snapshot_is_meant_unless_another_is_named(take_records: Take, store: Store) -> None:
    with pytest.raises(UsageError, match="empty"):
        latest(store)
    take_records({"id": "m"})
    assert latest(store) == DAY
    with pytest.raises(UsageError, match="no snapshot of 2020"):
        latest(store, DAY.replace(year=2020))
