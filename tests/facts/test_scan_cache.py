"""Kept scans: the same report with them and without, and nothing of somebody else's."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from tests.formats import seeds_core
from tests.support import TODAY
from weighbridge.api import scan
from weighbridge.errors import UsageError
from weighbridge.facts import scan_cache, scanning
from weighbridge.facts.scan import FileScan
from weighbridge.scoring.danger import Danger, dangers
from weighbridge.scoring.record import encode

EVIL = "a: !!python/object/apply:os.system [echo inert]\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(seeds_core.small_safetensors())
    (folder / "evil.yaml").write_text(EVIL)
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'echo inert'\ntR.")
    (folder / "broken.pt").write_bytes(bytes(range(200, 250)) * 20)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def report(model: Path, folder: Path | None = None) -> bytes:
    return encode(scan(str(model), as_of=TODAY, cache=folder))


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.scan"))


def test_the_report_is_the_same_without_with_an_empty_and_with_a_filled_cache(model: Path, folder: Path) -> None:
    without = report(model)
    assert report(model, folder) == without
    assert len(entries(folder)) == 3  # what was not looked at to its end is looked at again
    assert report(model, folder) == without


def test_a_kept_answer_is_used(model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = report(model, folder)
    monkeypatch.setattr(scanning.processes.threading, "active_count", lambda: 2)  # here, where the count is seen
    looked: list[str] = []
    scan_whole = scanning.scan_whole

    def counted(subject: scanning.Subject) -> None:
        looked.append(subject.job.path)
        scan_whole(subject)

    monkeypatch.setattr(scanning, "scan_whole", counted)
    assert report(model, folder) == first
    assert looked == ["broken.pt"]


def test_changed_content_of_the_same_size_is_looked_at(model: Path, folder: Path) -> None:
    report(model, folder)
    stamp = (model / "evil.yaml").stat()
    (model / "evil.yaml").write_text("a".ljust(len(EVIL)))
    os.utime(model / "evil.yaml", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    result = dangers(scan(str(model), cache=folder))
    assert {file.path: file.danger for file in result.files}["evil.yaml"] is Danger.SAFE


def test_the_same_content_under_another_name_is_another_file(model: Path, folder: Path) -> None:
    report(model, folder)
    (model / "evil.yaml").rename(model / "other.yaml")
    assert report(model, folder) == report(model)


def test_an_entry_under_another_files_name_is_ignored(model: Path, folder: Path) -> None:
    """Somebody who copies the entry of a harmless file over that of a harmful one gains nothing."""
    report(model, folder)
    data = [path.read_bytes() for path in entries(folder)]
    for path, other in zip(entries(folder), data[1:] + data[:1], strict=True):
        path.write_bytes(other)
    assert report(model, folder) == report(model)


@pytest.mark.parametrize("damage", [b"", b"\0", b"x" * 40, b"\xc1" * 2000, bytes(3 * 1024 * 1024)])
def test_a_broken_entry_is_not_there(model: Path, folder: Path, damage: bytes) -> None:
    report(model, folder)
    for path in entries(folder):
        path.write_bytes(damage)
    assert report(model, folder) == report(model)


def test_a_link_in_an_entrys_place_is_not_followed(model: Path, folder: Path, tmp_path: Path) -> None:
    report(model, folder)
    for number, path in enumerate(entries(folder)):
        path.rename(tmp_path / f"{number}")
        path.symlink_to(tmp_path / f"{number}")
    assert report(model, folder) == report(model)
    assert not any(path.is_symlink() for path in entries(folder))


def test_a_file_that_changes_while_it_is_looked_at_is_not_kept(model: Path, folder: Path) -> None:
    cache = scan_cache.ScanCache(folder)
    source = scanning.LocalFile("evil.yaml", model / "evil.yaml")

    def look(_siblings: object) -> FileScan:
        (model / "evil.yaml").write_text("a".ljust(len(EVIL)))
        return FileScan("evil.yaml")

    cache.answer(source, scanning.COSTS, look, lambda _path: None)
    assert entries(folder) == []


def test_an_answer_that_rests_on_another_file_is_not_kept(model: Path, folder: Path) -> None:
    cache = scan_cache.ScanCache(folder)
    source = scanning.LocalFile("evil.yaml", model / "evil.yaml")

    def look(siblings: scan_cache.Siblings) -> FileScan:
        siblings("weights.bin")
        return FileScan("evil.yaml")

    cache.answer(source, scanning.COSTS, look, lambda _path: None)
    assert entries(folder) == []


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_can_write_to_is_refused(model: Path, folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(UsageError, match="written to by others"):
        report(model, folder)


def test_a_link_or_a_file_is_no_cache(model: Path, folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        report(model, folder)
    with pytest.raises(UsageError, match="cannot be used"):
        report(model, model / "evil.yaml")


def test_a_new_folder_is_for_its_owner_alone(model: Path, folder: Path) -> None:
    report(model, folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_oldest_entries_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_cache, "ENTRIES", 10)
    cache = scan_cache.ScanCache(folder)
    for number in range(12):
        cache._write(f"{number:02}", FileScan(str(number)))
        os.utime(folder / f"{number:02}.scan", (number, number))
    cache.shrink()
    assert [path.stem for path in entries(folder)] == [f"{number:02}" for number in range(4, 12)]
    monkeypatch.setattr(scan_cache, "TOTAL_BYTES", 200)
    cache.shrink()
    assert sum(path.stat().st_size for path in entries(folder)) <= 200


def test_other_limits_are_another_question(model: Path) -> None:
    source = scanning.LocalFile("evil.yaml", model / "evil.yaml")
    less = msgspec.structs.replace(scanning.COSTS, members=1)
    assert scan_cache._key(source, "0", scanning.COSTS) != scan_cache._key(source, "0", less)


def test_a_full_disk_costs_the_entry_alone(model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> tuple[int, str]:
        raise OSError("no space left")

    monkeypatch.setattr(scan_cache.tempfile, "mkstemp", full)
    assert report(model, folder) == report(model)
