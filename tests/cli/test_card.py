"""`weighbridge card fix --measurement`: a diff first, written when asked."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from weighbridge.cli.main import run
from weighbridge.facts.contents import FileHash
from weighbridge.measure.evidence import Measurement, Plan
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.tasks import Task

CARD = b"---\nlicense: mit # agreed\n---\n# T\r\n"


def test_measured_figures_are_shown_then_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "README.md").write_bytes(CARD)
    (model / "model.bin").write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    found = Measurement(
        Plan("model", Task.TEXT_CLASSIFICATION, "r.csv"), 9, 9, "ab", (FileHash("model.bin", 7, digest),), "", {}, "", "", "",
        (MeasuredFigure("accuracy", 0.5, 9),),
    )  # fmt: skip
    bundle = tmp_path / "measurement.json"
    bundle.write_bytes(msgspec.json.encode(found))
    words = ["card", "fix", str(model), "--measurement", str(bundle)]
    assert run(words) == 0
    assert "+- name: model" in capsys.readouterr().out.replace("+model-index:\n", "")
    assert (model / "README.md").read_bytes() == CARD
    assert run([*words, "--check"]) == 1
    assert run([*words, "--write"]) == 0
    written = (model / "README.md").read_bytes()
    assert written.startswith(b"---\nlicense: mit # agreed\n")
    assert written.endswith(b"---\n# T\r\n")
    assert run([*words, "--check"]) == 0


def test_what_is_no_measurement_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_bytes(CARD)
    (tmp_path / "m.json").write_text("{}")
    assert run(["card", "fix", str(tmp_path), "--measurement", str(tmp_path / "m.json")]) == 2
    assert "is no measurement" in capsys.readouterr().err
