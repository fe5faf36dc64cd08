"""Several real models on the same real items: who leads, who is behind beyond chance, who could not be measured."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
skops = pytest.importorskip("skops.io")

from weighbridge.cli.main import run  # noqa: E402
from weighbridge.measure import metrics  # noqa: E402
from weighbridge.measure.dataset import Dataset  # noqa: E402
from weighbridge.measure.evidence import PREDICTIONS, Measurement, Plan  # noqa: E402
from weighbridge.measure.figure import MeasuredFigure  # noqa: E402
from weighbridge.measure.journal import Journal  # noqa: E402
from weighbridge.measure.meters import meters_of  # noqa: E402
from weighbridge.measure.runners.contract import Prediction  # noqa: E402
from weighbridge.measure.side_by_side import Contender, side_by_side  # noqa: E402
from weighbridge.measure.tasks import Task  # noqa: E402


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


def test_a_target_that_cannot_be_read_does_not_take_the_others_place(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "nothing").mkdir()
    assert run(["compare", "nothing", "all", "one", *ASKED, "--format", "json"]) in {2, 3}
    told = json.loads(capsys.readouterr().out)
    assert [audit["ref"]["name"] for audit in told["audits"]] == ["all", "one"]
    assert [len(claims) for claims in told["claims"]] == [1, 0]
    assert [held["target"] for held in told["measured"]] == ["all", "one"]


def test_other_items_are_asked_afresh(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["compare", "all", "one", *ASKED, "--format", "json"]
    run(words)
    capsys.readouterr()
    assert run([*words, "--limit", "50"]) == 4
    assert "another run" in json.loads(capsys.readouterr().out)["measured"][0]["failure"]
    assert run([*words, "--limit", "50", "--fresh"]) in {0, 1}
    assert json.loads(capsys.readouterr().out)["measured"][0]["measurement"]["items"] == 50


def measured(folder: Path, task: Task, metric: str, answers: list[Prediction], truths: list[Any]) -> Contender:
    """A model's measurement as it stands on the disk."""
    folder.mkdir()
    with Journal(folder / PREDICTIONS, "run") as journal:
        journal.add(answers, 0.1)
    meter = meters_of(task)[0]
    value = meter.of(meter.rows(truths, [answer.answer(task.answer) for answer in answers]))
    count, plan = len(truths), Plan(folder.name, task, "data")
    figures = (MeasuredFigure(metric, value, n=count),)
    return Contender(folder.name, Measurement(plan, count, count, "", (), "", {}, "", "", "", figures=figures))


def test_of_errors_the_least_is_the_best(tmp_path: Path) -> None:
    pytest.importorskip("jiwer")
    truths = [f"word{n} and more words" for n in range(60)]
    task = Task.SPEECH_RECOGNITION
    good = [Prediction(text=truth) for truth in truths[:55]] + [Prediction(text="nothing heard")] * 5
    bad = [Prediction(text="nothing heard at all")] * 60
    held = (
        measured(tmp_path / "bad", task, "wer", bad, truths),
        measured(tmp_path / "good", task, "wer", good, truths),
    )
    data = Dataset("data", task, tuple(truths), tuple(truths), "")
    worse, best = side_by_side(held, [tmp_path / "bad", tmp_path / "good"], data)
    assert best.behind is None
    assert worse.behind is not None
    assert worse.behind.difference > 0.5
    assert worse.is_behind


def test_tags_are_held_item_by_item(tmp_path: Path) -> None:
    pytest.importorskip("seqeval")
    truths: list[Any] = [["B-PER", "O"]] * 40
    task = Task.TOKEN_CLASSIFICATION
    good, bad = [Prediction(tags=("B-PER", "O"))] * 40, [Prediction(tags=("O", "B-PER"))] * 40
    metric = meters_of(task)[0].name
    held = (
        measured(tmp_path / "good", task, metric, good, truths),
        measured(tmp_path / "bad", task, metric, bad, truths),
    )
    data = Dataset("data", task, (("a", "b"),) * 40, tuple(truths), "")
    best, worse = side_by_side(held, [tmp_path / "good", tmp_path / "bad"], data)
    assert best.behind is None
    assert worse.behind is not None
    assert worse.behind.difference == pytest.approx(1.0)


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
