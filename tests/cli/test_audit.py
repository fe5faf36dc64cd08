"""`weighbridge audit` on real folders, through everything."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import jsonschema
import pytest

from weighbridge.cli.main import run
from weighbridge.render.json import schema_text

Captured = pytest.CaptureFixture[str]

HEADER = json.dumps({"w": {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}}).encode()
SAFETENSORS = struct.pack("<Q", len(HEADER)) + HEADER + bytes(64)
CARD = "---\nlicense: apache-2.0\npipeline_tag: text-classification\n---\n# A model\n\nIt has 16 parameters.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small model; no settings of this checkout apply to it."""
    monkeypatch.chdir(tmp_path)
    model = tmp_path / "small"
    model.mkdir()
    (model / "README.md").write_text(CARD, encoding="utf-8")
    (model / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}', encoding="utf-8")
    (model / "model.safetensors").write_bytes(SAFETENSORS)
    return model


def test_a_folder_is_audited(folder: Path, capsys: Captured) -> None:
    assert run(["audit", str(folder), "--offline", "--fail-on", "never"]) == 0
    shown = capsys.readouterr()
    assert "BertModel" in shown.out
    assert "What next" in shown.out
    assert shown.err == ""


def test_its_json_follows_the_schema_and_is_the_same_again(folder: Path, capsys: Captured) -> None:
    reports = []
    for _ in range(2):
        run(["audit", str(folder), "--offline", "--format", "json", "--as-of", "2026-11-23"])
        reports.append(capsys.readouterr().out)
    assert reports[0] == reports[1]
    document = json.loads(reports[0])
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(document)
    assert document["as_of"] == "2026-11-23"
    assert document["overview"]["parameters"] == 16
    assert not [v for v in document["verdicts"] if "internal error" in v["message"]]


def test_select_and_ignore(folder: Path, capsys: Captured) -> None:
    run(["audit", str(folder), "--offline", "--select", "PT,security", "--ignore", "PT04", "--format", "json"])
    codes = {verdict["code"] for verdict in json.loads(capsys.readouterr().out)["verdicts"]}
    assert {code[:2] for code in codes} == {"PT", "SE"}
    assert not [code for code in codes if code.startswith("PT04")]
    assert run(["audit", str(folder), "--offline", "--select", "XY"]) == 2


@pytest.mark.parametrize("depth", ["metadata", "card", "headers", "full"])
def test_every_depth(folder: Path, depth: str, capsys: Captured) -> None:
    run(["audit", str(folder), "--offline", "--depth", depth, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["depth"] == depth


def test_a_record_of_the_registry_is_audited(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps({"id": "org/name", "tags": ["pytorch"], "siblings": [{"rfilename": "config.json"}]}))
    run(["audit", str(path), "--offline", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["ref"]["name"] == "org/name"


def test_an_empty_folder_is_nothing_to_audit(tmp_path: Path, capsys: Captured) -> None:
    assert run(["audit", str(tmp_path), "--offline"]) == 3
    assert "hint:" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nowhere/at-all", "./nowhere", "a b c", "\x1b[31m", "x" * 5000, "org/name@../x"])
def test_what_is_not_there_is_an_error_of_one_sentence(name: str, capsys: Captured) -> None:
    assert run(["audit", name, "--offline"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert "Traceback" not in shown.err
    assert "\x1b" not in shown.err


def test_files_with_hostile_names_are_shown_escaped(folder: Path, capsys: Captured) -> None:
    (folder / "\x1b[31mred\u202e.bin").write_bytes(b"")
    (folder / "caf\udce9.bin").write_bytes(b"x")
    for form in ("terminal", "json", "markdown", "html", "sarif"):
        run(["audit", str(folder), "--offline", "--verbose", "--format", form])
        shown = capsys.readouterr()
        assert not {"\x1b", "\u202e", "\udce9"} & set(shown.out + shown.err)


def test_the_public_function(folder: Path) -> None:
    import weighbridge

    found = weighbridge.audit(str(folder), depth="card", policy=weighbridge.Policy(select=("portability",)))
    assert found.depth is weighbridge.Depth.CARD
    assert {verdict.code[:2] for verdict in found.verdicts} == {"PT"}
    with pytest.raises(AttributeError):
        _ = weighbridge.nothing  # type: ignore[attr-defined]
