"""What holds no model gets an exit status of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.cli.main import run


@pytest.mark.parametrize("names", [[], ["cat.png", "notes.txt"], ["train.py", "data.csv"]])
def test_a_folder_without_a_model_is_nothing_to_audit(
    names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in names:
        (tmp_path / name).write_text("x")
    assert run(["audit", str(tmp_path)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "hint:" in captured.err


@pytest.mark.parametrize("name", ["README.md", "config.json", "model.bin", "unnamed"])
def test_one_file_that_could_tell_of_a_model_is_enough(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("# A model\n")
    assert run(["audit", str(tmp_path), "-o", str(tmp_path / "report.txt"), "--fail-on", "never"]) == 0
