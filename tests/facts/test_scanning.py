"""The scan of a whole repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.facts.scanners.looking import zipped
from tests.formats import seeds_core
from tests.support import TODAY, facts_of
from weighbridge.facts import processes
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts, Gap
from weighbridge.facts.scan import Scan
from weighbridge.facts.scanners.subject import REMOTE_COSTS
from weighbridge.model import Depth
from weighbridge.sources.folder import FolderRepository

EVIL = "a: !!python/object/apply:os.system [echo inert]\n"


def test_every_file_is_scanned_in_order() -> None:
    scan = facts_of({"b.txt": "x", "a.yaml": EVIL, "c/d.safetensors": seeds_core.small_safetensors()}).need(Scan)
    assert [file.path for file in scan.files] == ["a.yaml", "b.txt", "c/d.safetensors"]
    assert [observation.subject for observation in scan.of("yaml.")] == ["os.system"]
    assert scan.incomplete == ()


def test_a_file_that_cannot_be_had_was_not_scanned() -> None:
    scan = facts_of({"a.txt": "x"}, listed=["b.pt"]).need(Scan)
    assert [(file.path, file.is_model) for file in scan.incomplete] == [("b.pt", True)]


def test_a_card_look_does_not_scan() -> None:
    assert isinstance(facts_of({"a.txt": "x"}, depth=Depth.CARD).get(Scan), Gap)


def test_over_a_network_less_is_read() -> None:
    big = zipped({"a.json": b"[" + b" " * (REMOTE_COSTS.read_bytes + 1_000_000) + b"]"})
    scan = facts_of({"model.zip": big}, record={"id": "acme/model"}, depth=Depth.HEADERS).need(Scan)
    assert scan.files[0].incomplete


def test_files_in_several_processes_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(80):
        (tmp_path / f"{number:02}.yaml").write_text(EVIL if number % 3 else "a: 1\n")
    repository = FolderRepository(tmp_path)
    monkeypatch.setattr(processes.threading, "active_count", lambda: 1)
    several = Facts(repository, READERS, as_of=TODAY).need(Scan)
    monkeypatch.setattr(repository, "is_on_disk", False)
    assert Facts(repository, READERS, as_of=TODAY).need(Scan) == several
    assert len(several.files) == 80
