"""Several real models on the same real items: who leads, who is behind beyond chance, who could not be measured."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn")
skops = pytest.importorskip("skops.io")

from weighbridge.cli.main import run  # noqa: E402
from weighbridge.measure import metrics  # noqa: E402


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_RESAMPLES", 50)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tumours held out, and three models that have seen others: of all columns, of all but one, of one alone."""
    from sklearn.compose import make_column_transformer
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = load_breast_cancer(return_X_y=True)
    for name, columns in (("all", range(30)), ("most", range(1, 30)), ("one", [9])):
        scaled = make_column_transformer((StandardScaler(), list(columns)))
        (tmp_path / name).mkdir()
        skops.dump(make_pipeline(scaled, LogisticRegression()).fit(x[:300], y[:300]), tmp_path / name / "model.skops")
        (tmp_path / name / "README.md").write_text("---\nlicense: mit\n---\n# Tumours\n", encoding="utf-8")
    claim = "\n| dataset | accuracy |\n|---|---|\n| tumours | 0.97 |\n"
    (tmp_path / "all" / "README.md").write_text(f"---\nlicense: mit\n---\n# Tumours\n{claim}", encoding="utf-8")
    with (tmp_path / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [[*row, truth] for row, truth in zip(x[300:].tolist(), y[300:], strict=True)]
        csv.writer(file).writerows([[*(f"x{n}" for n in range(30)), "label"], *rows])
    monkeypatch.chdir(tmp_path)
    return tmp_path


ASKED = ["--offline", "-q", "--data", "rows.csv", "--task", "tabular-classification"]


def test_who_is_behind_beyond_chance_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "all", "most", "one", *ASKED, "--format", "json"]) in {0, 1}
    told = json.loads(capsys.readouterr().out)
    assert len(told["audits"]) == len(told["claims"]) == 3
    every, most, one = told["measured"]
    figure = every["measurement"]["figures"][0]
    assert (figure["metric"], figure["n"]) == ("accuracy", 269)
    assert figure["value"] > 0.95
    leaders = [held for held in (every, most) if held["behind"] is None]
    assert len(leaders) == 1
    assert one["behind"]["difference"] > 0.1
    assert one["behind"]["p_value"] < 0.001
    other = every if every["behind"] else most
    assert other["behind"]["p_value"] > 0.05
    assert {path.name for path in (home / "evidence").iterdir()} == {"1-all", "2-most", "3-one"}
    assert run(["compare", "all", "one", *ASKED, "--format", "markdown"]) in {0, 1}
    page = capsys.readouterr().out
    assert "## On your data" in page
    assert "## What they claim" in page
    assert "| **accuracy on tumours** | 0.97 | - |" in page
    assert "beyond chance" in page
    assert "the best" in page


def test_a_model_that_cannot_be_run_does_not_stop_the_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "empty").mkdir()
    (home / "empty" / "README.md").write_text("# Nothing\n", encoding="utf-8")
    assert run(["compare", "all", "empty", *ASKED, "--format", "html"]) == 4
    page = capsys.readouterr().out
    assert "not measured to the end" in page
    assert "accuracy" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["all", "one", "--data", "rows.csv"], "--data needs --task"),
        (["all", "one", "--task", "tabular-classification"], "--task needs --data"),
        (["all", "acme/far", *ASKED], "only local models are run"),
        (["all", "one", *ASKED[:-3], "none.csv", *ASKED[-2:]], "none.csv does not exist"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    home: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", *words]) == 2
    assert said in capsys.readouterr().err
