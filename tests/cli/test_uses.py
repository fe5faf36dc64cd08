"""`weighbridge uses`: what it writes, and the status that it leaves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from weighbridge.cli.main import run

SARIF = Path(__file__).parents[1] / "render" / "schemas" / "sarif-schema-2.1.0.json"
COMMIT = "c" * 40
PINNED = f"from transformers import AutoModel\nAutoModel.from_pretrained('acme/one', revision='{COMMIT}')\n"
LOOSE = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/two', trust_remote_code=True)\n"
HOSTILE = "from transformers import AutoModel\nAutoModel.from_pretrained('=cmd/x')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pinned.py").write_text(PINNED)
    (tmp_path / "loose.py").write_text(LOOSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_names_model_place_and_pin(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["uses", "."]) == 0
    shown = capsys.readouterr().out
    assert "acme/one" in shown
    assert "loose.py:2" in shown
    assert f"pinned to {COMMIT[:12]}" in shown
    assert "2 models in 2 places of 2 files: 1 pinned to a commit, 0 to a branch or tag, 1 to nothing" in shown


def test_json_and_csv_hold_every_field(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["uses", ".", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["uses"]
    assert [(r["model"], r["pin"], r["trust_remote_code"], r["line"]) for r in rows] == [
        ("acme/two", "none", True, 2),
        ("acme/one", "commit", False, 2),
    ]
    assert run(["uses", ".", "--format", "csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["revision"] for row in table] == ["", COMMIT]


def test_sarif_is_valid_and_tells_what_is_loose(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["uses", ".", "--format", "sarif"]) == 0
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, json.loads(SARIF.read_text("utf-8")))
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["unpinned-foreign-code"]


@pytest.mark.parametrize(("name", "asked", "status"), [
    ("pinned.py", "unpinned", 0), ("loose.py", "unpinned", 1), ("loose.py", "foreign-code", 1), ("pinned.py", "foreign-code", 0),
])  # fmt: skip
def test_the_gate(project: Path, name: str, asked: str, status: int) -> None:
    assert run(["uses", name, "--fail-on", asked]) == status


def test_nothing_to_read_leaves_3_and_a_broken_file_4_under_strict(tmp_path: Path) -> None:
    assert run(["uses", str(tmp_path)]) == 3
    (tmp_path / "broken.py").write_text(PINNED + "def (:\n")
    assert run(["uses", str(tmp_path)]) == 0
    assert run(["uses", str(tmp_path), "--strict"]) == 4
    assert run(["uses", str(tmp_path / "absent")]) == 2
