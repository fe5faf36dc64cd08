"""`weighbridge claims`: a model's claims, and a registry's against measured figures."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from weighbridge.cli.main import run

ROOT = Path(__file__).parents[2]
MODEL = str(ROOT / "examples" / "reviews-bert-4m")
TABLE = str(ROOT / "examples" / "torchvision-vs-timm.csv")
ZOO = """# Zoo

| Model | Accuracy |
|---|---|
| one | 91.2 |
| \x1b[31mtwo | 88.1 |

The model achieves 93.10% accuracy on the SST-2 test set.
"""


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(ZOO)
    return tmp_path


def test_claims_are_numbered_with_place_and_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", MODEL, "--offline"]) == 1
    shown = capsys.readouterr().out
    assert "README.md" in shown
    assert "can be measured" in shown
    assert "PV033 medium" in shown


def test_only_what_is_grave_enough_fails() -> None:
    assert run(["claims", MODEL, "--offline", "--fail-on", "high"]) == 0
    assert run(["claims", MODEL, "--offline", "--fail-on", "never"]) == 0


def test_figures_of_other_models_are_listed_on_request(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", str(zoo), "--offline", "--fail-on", "never"]) == 0
    shown = capsys.readouterr().out
    assert "2 figures of other models or variants; --all lists them" in shown
    assert "91.2" not in shown
    assert run(["claims", str(zoo), "--offline", "--all", "--fail-on", "never"]) == 0
    shown = capsys.readouterr().out
    assert "[one]" in shown
    assert "\x1b" not in shown
    assert "say the data set" in shown


def test_json_holds_the_normalised_claim(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["claims", str(zoo), "--offline", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    first = document["claims"][0]
    assert (first["number"], first["normalised"]["metric"], first["normalised"]["dataset"]) == (1, "accuracy", "sst2")
    assert (first["normalised"]["items"], first["decimals"], first["missing"]) == (1821, 2, [])
    assert document["claims"][1]["missing"] == ["the data set"]
    assert len(document["claims"]) == 3


def test_markdown_escapes_what_strangers_wrote(zoo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["claims", str(zoo), "--offline", "--format", "markdown", "--all"])
    shown = capsys.readouterr().out
    assert shown.startswith("# Claims of")
    assert "\x1b" not in shown


def test_nothing_claimed_is_nothing_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("# A model\n")
    assert run(["claims", str(tmp_path), "--offline"]) == 3
    assert "claims no performance" in capsys.readouterr().err


def test_no_targets_on_standard_input_are_nothing_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("# none\n"))
    assert run(["claims", "-"]) == 3


def test_a_failing_target_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", str(tmp_path / "absent"), MODEL, "--offline", "--format", "json"]) == 2
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)) == 1
    assert "absent" in captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [MODEL, "--table", TABLE],
        [MODEL, "--claimed", "x"],
        [MODEL, "--more-than", "0.1"],
        [MODEL, "--format", "html"],
        ["--table", TABLE, "--format", "markdown"],
        ["--table", TABLE, "--claimed", "nope"],
        ["--table", "missing.csv"],
    ],
)
def test_wrong_usage_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", *arguments]) == 2
    assert "error: " in capsys.readouterr().err


def test_a_table_is_drawn_and_its_outliers_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "--table", TABLE, "--more-than", "0.03", "--more-than", "0.1"]) == 0
    shown = capsys.readouterr().out
    assert "30 claims of 30 models" in shown
    assert shown.count("13 (43 %) differ by more than") == 2
    assert "resnet152.tv2_in1k" in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_a_tables_report_as_json_and_html(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "--table", TABLE, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert sum(one["count"] for one in document["histogram"]) == 30
    assert document["pairs"][0]["model"] == "resnet152.tv2_in1k"
    page = tmp_path / "page.html"
    assert run(["claims", "--table", TABLE, "--format", "html", "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "<script" not in text


def test_names_in_a_table_cannot_act_on_the_page(tmp_path: Path) -> None:
    table, page = tmp_path / "t.csv", tmp_path / "page.html"
    table.write_text("model,claimed,measured\n<script>alert(1)</script>,0.9,0.8\n")
    assert run(["claims", "--table", str(table), "--format", "html", "-o", str(page)]) == 0
    assert "<script" not in page.read_text(encoding="utf-8")


RESULTS = str(ROOT / "examples" / "reviews-sst2-results.json")


def test_a_harness_s_results_give_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", MODEL, "--offline", "--import", RESULTS, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(held["number"], held["judgement"]["state"]) for held in document["held"]] == [
        (1, "unknown"),
        (2, "contradicted"),
    ]
    assert document["harness"] == "lm-evaluation-harness"


def test_results_of_other_data_are_nothing_to_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"results": {"\\u001b[31mrte": {"acc,none": 0.5}}, "configs": {}}')
    assert run(["claims", MODEL, "--offline", "--import", str(path)]) == 3
    assert "none of the 1 figures" in capsys.readouterr().err


def test_what_belongs_to_an_import_is_refused_without_it() -> None:
    assert run(["claims", MODEL, "--offline", "--same-data"]) == 2
    assert run(["claims", MODEL, MODEL, "--offline", "--import", RESULTS]) == 2
