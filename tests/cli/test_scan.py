"""`weighbridge scan`: what it writes, and the status that it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.formats import seeds_core
from weighbridge.cli.main import run

EVIL = "a: !!python/object/apply:os.system [echo inert]\n"
SARIF = Path(__file__).parents[1] / "render" / "schemas" / "sarif-schema-2.1.0.json"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(seeds_core.small_safetensors())
    (folder / "README.md").write_text("# A model\n")
    return folder


def test_a_clean_folder_leaves_0(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(model)]) == 0
    assert "2 files: 2 safe." in capsys.readouterr().out


def test_a_malicious_file_leaves_1(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (model / "config.yaml").write_text(EVIL)
    assert run(["scan", str(model)]) == 1
    assert "malicious" in capsys.readouterr().out
    assert run(["scan", str(model), "--fail-on", "never"]) == 0


def test_what_needs_review_leaves_1_unless_asked_otherwise(model: Path) -> None:
    (model / "lib.so").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200))
    assert run(["scan", str(model), "-q"]) == 1
    assert run(["scan", str(model), "-q", "--fail-on", "high"]) == 0


def test_a_model_that_was_not_scanned_leaves_4(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (model / "pytorch_model.bin").write_bytes(bytes(range(200, 250)) * 20)
    assert run(["scan", str(model)]) == 4
    assert "not known to be safe" in capsys.readouterr().out


def test_another_file_that_was_not_scanned_leaves_4_when_strict(model: Path) -> None:
    (model / "odd").write_bytes(bytes(range(200, 250)) * 20)
    assert run(["scan", str(model), "-q"]) == 0
    assert run(["scan", str(model), "-q", "--strict"]) == 4


def test_nothing_there_leaves_3(tmp_path: Path) -> None:
    assert run(["scan", str(tmp_path)]) == 3


def test_a_wrong_target_leaves_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(tmp_path / "absent" / "x"), "--offline"]) == 2
    assert "error:" in capsys.readouterr().err


def test_several_targets_leave_the_worst(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = tmp_path / "evil.yaml"
    evil.write_text(EVIL)
    assert run(["scan", str(model), str(evil)]) == 1
    out = capsys.readouterr().out
    assert "evil.yaml" in out
    assert "2 safe" in out


def test_sarif_is_valid(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (model / "config.yaml").write_text(EVIL)
    assert run(["scan", str(model), "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, json.loads(SARIF.read_text()))
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "SE014"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    rule = log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["properties"]["security-severity"] == "9.5"


def test_json_to_a_file(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "scan.json"
    assert run(["scan", str(model), "--format", "json", "-o", str(report)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(report.read_text())["scan"]["verdict"] == "safe"


def test_a_baseline_of_an_earlier_scan_does_not_fail(model: Path, tmp_path: Path) -> None:
    (model / "config.yaml").write_text(EVIL)
    report = tmp_path / "scan.json"
    assert run(["scan", str(model), "--format", "json", "-o", str(report)]) == 1
    assert run(["scan", str(model), "-q", "--baseline", str(report)]) == 0


def test_selecting_one_check(model: Path) -> None:
    (model / "config.yaml").write_text(EVIL)
    assert run(["scan", str(model), "-q", "--ignore", "SE014"]) == 0
    assert run(["scan", str(model), "-q", "--select", "SE014"]) == 1


def test_nobody_is_asked_about_a_local_target(model: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_a, **_k): raise SystemExit(99)\n"
        "socket.socket.connect = refuse\n"
        "from weighbridge.cli.main import main\n"
        "main(['scan', sys.argv[1], '-q'])\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(model)], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("module", ["huggingface_hub", "numpy", "jinja2", "torch"])
def test_a_scan_of_plain_files_imports_nothing_heavy(model: Path, module: str) -> None:
    program = (
        "import sys\nfrom weighbridge.cli.main import run\n"
        "status = run(['scan', sys.argv[1], '-q'])\n"
        f"sys.exit(50 if {module!r} in sys.modules else status)"
    )
    result = subprocess.run([sys.executable, "-c", program, str(model)], check=False, capture_output=True)
    assert result.returncode == 0


def test_the_cache_lies_where_it_is_told_or_in_the_users_own(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert run(["scan", str(model), "-q"]) == 0
    assert run(["scan", str(model), "-q", "--no-cache", "--cache-dir", str(tmp_path / "own")]) == 0
    assert not (tmp_path / "xdg").exists()
    assert not (tmp_path / "own").exists()
    assert run(["scan", str(model), "-q", "--cache"]) == 0
    assert len(list((tmp_path / "xdg" / "weighbridge" / "scans").iterdir())) == 2
    assert run(["scan", str(model), "-q", "--cache-dir", str(tmp_path / "own")]) == 0
    assert len(list((tmp_path / "own").iterdir())) == 2


def test_a_cache_that_others_can_write_to_leaves_2(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "open").mkdir(mode=0o777)
    (tmp_path / "open").chmod(0o777)
    assert run(["scan", str(model), "--cache-dir", str(tmp_path / "open")]) == 2
    assert "can be written to by others" in capsys.readouterr().err
