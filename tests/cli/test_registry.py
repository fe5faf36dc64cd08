"""The commands of registry datasets: what they say, and their exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registry.conftest import write_lines
from weighbridge.cli.main import run


def test_import_tells_what_it_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b", "tags": ["license:mit"]}])
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub"), "--snapshot", "2026-01-15"]) == 0
    assert "1 models, 1 licences for 2026-01-15" in capsys.readouterr().err
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub"), "--snapshot", "2026-01-15"]) == 0
    assert "1 models were there already" in capsys.readouterr().err


def test_skipped_rows_show_in_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b"}, "{"])
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub")]) == 4
    assert "is no JSON" in capsys.readouterr().err


def test_a_dump_without_a_row_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text("\n\n")
    assert (
        run(["registry", "import", str(tmp_path / "d.jsonl"), "-o", str(tmp_path / "hub"), "--shape", "hub-records"])
        == 3
    )


def test_one_bad_dump_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.bin").write_bytes(b"\x00\x01\x02")
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b"}])
    assert run(["registry", "import", str(tmp_path / "bad.bin"), str(dump), "-o", str(tmp_path / "hub")]) == 2
    said = capsys.readouterr().err
    assert "bad.bin" in said
    assert "1 models" in said


def test_shapes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "import", "--shapes"]) == 0
    assert "hub-records" in capsys.readouterr().out
