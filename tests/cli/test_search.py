"""`weighbridge search`: what it says, and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from tests.registry.test_lineage import EXAMPLE
from weighbridge.cli.main import run


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("search") / "hub"
    assert run(["registry", "import", str(EXAMPLE), "-o", str(folder), "--snapshot", "2026-01-15"]) == 0
    return str(folder)


def test_it_tells_how_the_words_were_understood(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["search", "sentence similarity, Germn, < 500 MB", "--registry", hub]
    assert run(asked) == 0
    shown = capsys.readouterr().out
    assert '"< 500 MB"             weights of at most 500 MB' in shown
    assert '"Germn"  did you mean "german"?' in shown
    assert "1. lab/multilingual-minilm" in shown
    assert run([*asked, "--strict"]) == 4


def test_hits_as_data(hub: str, tmp_path: Path) -> None:
    path = tmp_path / "hits.json"
    assert run(["search", "German, mit", "--registry", hub, "--format", "json", "-o", str(path)]) == 0
    data = json.loads(path.read_text())
    assert [c["kind"] for c in data["wanted"]["conditions"]] == ["language", "licence"]
    assert data["hits"][0]["id"] == "google-bert/bert-base-german-cased"


def test_statuses(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "Zulu, robotics", "--registry", hub]) == 3
    assert run(["search", "xyzzy", "--registry", hub]) == 2
    assert "nothing of 'xyzzy' was understood" in capsys.readouterr().err
    shown = ["search", "\x1b[31m, ner\u202e, German", "--registry", hub]
    assert run(shown) == 0
    assert not {"\x1b", "\u202e"} & set(capsys.readouterr().out)
