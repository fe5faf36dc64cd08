"""`weighbridge lineage`: its formats and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from tests.registry.test_lineage import EXAMPLE
from weighbridge.cli.main import run


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("lineage") / "hub"
    assert run(["registry", "import", str(EXAMPLE), "-o", str(folder), "--snapshot", "2026-01-15"]) == 0
    return str(folder)


def test_a_tree_is_drawn(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lineage", "startup/de-search", "--registry", hub]) == 0
    shown = capsys.readouterr().out
    assert "3 ancestors, 1 descendant, depth 3" in shown
    assert "└─ startup/de-search-onnx  quantized" in shown


def test_marks_and_oddities_show_in_the_status_when_asked(hub: str) -> None:
    asked = ["lineage", "--registry", hub, "--fail-on"]
    assert run([*asked, "marks", "startup/de-search"]) == 1
    assert run([*asked, "marks", "acme/german-sbert"]) == 0
    assert run([*asked, "marks", "acme/german-sbert", "--tainted", "google-bert/bert-base-german-cased"]) == 1
    assert run([*asked, "oddities", "nobody/ouroboros"]) == 1


def test_the_rest_is_data(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["lineage", "google-bert/bert-base-uncased", "--registry", hub]
    assert run([*asked, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["descendants"], len(data["members"]), len(data["ties"])) == (7, 8, 8)
    for form in ("svg", "graphml"):
        assert run([*asked, "--format", form, "-o", str(tmp_path / form)]) == 0
        assert (tmp_path / form).stat().st_size > 1000


def test_the_whole_registry(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lineage", "--registry", hub]) == 0
    assert "17 declare a base model" in capsys.readouterr().out
    assert run(["lineage", "--registry", hub, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["depths"] == {"0": 6, "1": 8, "2": 4, "3": 1, "4": 1}
    assert run(["lineage", "--registry", hub, "--format", "svg"]) == 2


def test_no_such_model_is_nothing(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lineage", "no/such", "--registry", hub]) == 3
    assert run(["lineage", "no/such", "--registry", str(tmp_path)]) == 2
    assert "holds no registry dataset" in capsys.readouterr().err
