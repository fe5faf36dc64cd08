"""A model is run, its answers are kept, figures and verdicts come out; every runner that is listed is really run."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from weighbridge.cli.main import run
from weighbridge.errors import UsageError
from weighbridge.measure import metrics
from weighbridge.measure.dataset import Columns, read_dataset
from weighbridge.measure.evidence import PREDICTIONS, read_measurement
from weighbridge.measure.labels import align, parse_classes
from weighbridge.measure.perturbations import change_text
from weighbridge.measure.tasks import Task

ROOT = Path(__file__).parents[2]
REVIEWS = ROOT / "examples" / "reviews-bert-4m"


def table(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of the bootstrap are tested with the statistics; here they only cost time."""
    monkeypatch.setattr(metrics, "_RESAMPLES", 100)


@pytest.fixture
def cancer(tmp_path: Path) -> tuple[Path, Path, list[str]]:
    """A fitted classifier of real tumours, held-out rows, and what scikit-learn itself says of them."""
    skops = pytest.importorskip("skops.io")
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = load_breast_cancer(return_X_y=True)
    fitted_on, rows, known, truths = train_test_split(x, y, test_size=0.4, random_state=0)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(fitted_on, known)
    folder = tmp_path / "cancer"
    folder.mkdir()
    skops.dump(model, folder / "model.skops")
    card = "# Cancer\n\n| dataset | accuracy |\n|---|---|\n| cancer | 0.98 |\n| cancer | 0.80 |\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    heads = [f"x{i}" for i in range(30)]
    data = table(tmp_path / "cancer.csv", [*heads, "label"], [[*row, t] for row, t in zip(rows, truths, strict=True)])
    return folder, data, [str(value) for value in model.predict(rows)]


def measured(folder: Path, data: Path, task: str, *more: str) -> tuple[int, Path]:
    evidence = data.parent / "evidence"
    status = run(
        [
            "measure",
            str(folder),
            "--task",
            task,
            "--data",
            str(data),
            "--evidence",
            str(evidence),
            "--threads",
            "1",
            *more,
        ]
    )
    return status, evidence


def lines(evidence: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (evidence / PREDICTIONS).read_text().splitlines()[1:]]


def test_figures_are_those_of_the_model_itself(cancer: tuple[Path, Path, list[str]]) -> None:
    folder, data, expected = cancer
    status, evidence = measured(folder, data, "tabular-classification")
    assert status == 0
    made = read_measurement(evidence)
    assert [line["prediction"]["label"] for line in lines(evidence)] == expected
    truths = read_dataset(data, Task.TABULAR_CLASSIFICATION).truths
    right = sum(a == b for a, b in zip(expected, truths, strict=True))
    assert made.figures[0].metric == "accuracy"
    assert made.figures[0].value == pytest.approx(right / len(truths))
    assert {b.name for b in made.baselines} == {"majority class", "logistic regression on columns"}
    assert made.performance is not None
    assert [held.batch for held in made.performance.latencies] == [1, 32]
    assert made.robustness[0].n == len(truths)
    assert len(made.explanations) == 3


@pytest.mark.parametrize(("claim", "status", "state"), [("2", 1, "contradicted"), ("1", 4, "unknown")])
def test_a_claim_gets_its_verdict(cancer: tuple[Path, Path, list[str]], claim: str, status: int, state: str) -> None:
    found, evidence = measured(
        cancer[0], cancer[1], "tabular-classification", "--claim", claim, "--quick", "--same-data"
    )
    assert (found, read_measurement(evidence).judged[0].judgement.state.value) == (status, state)


def test_a_killed_run_goes_on_where_it_was(cancer: tuple[Path, Path, list[str]]) -> None:
    folder, data, expected = cancer
    _, evidence = measured(folder, data, "tabular-classification", "--quick")
    journal = evidence / PREDICTIONS
    whole = journal.read_bytes()
    marked = whole.replace(b'"item":0,"prediction":{"label":"', b'"item":0,"prediction":{"label":"kept', 1)
    assert marked != whole
    journal.write_bytes(marked[: len(marked) // 2])
    assert measured(folder, data, "tabular-classification", "--quick")[0] == 0
    again = [line["prediction"]["label"] for line in lines(evidence)]
    assert again == [f"kept{expected[0]}", *expected[1:]]  # the first half was not asked again


def test_a_pickled_estimator_runs_after_a_clean_scan(cancer: tuple[Path, Path, list[str]]) -> None:
    import joblib
    import skops.io

    folder, data, expected = cancer
    trained = skops.io.load(folder / "model.skops", trusted=[])
    (folder / "model.skops").unlink()
    joblib.dump(trained, folder / "model.joblib")
    status, evidence = measured(folder, data, "tabular-classification", "--quick")
    assert status == 0
    assert [line["prediction"]["label"] for line in lines(evidence)] == expected


@pytest.mark.slow
def test_predictions_of_another_run_are_not_taken(cancer: tuple[Path, Path, list[str]]) -> None:
    measured(cancer[0], cancer[1], "tabular-classification", "--quick")
    assert measured(cancer[0], cancer[1], "tabular-classification", "--quick", "--limit", "20")[0] == 2
    assert measured(cancer[0], cancer[1], "tabular-classification", "--quick", "--limit", "20", "--fresh")[0] == 0


@pytest.mark.slow
def test_a_measurement_is_repeated(cancer: tuple[Path, Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    _, evidence = measured(cancer[0], cancer[1], "tabular-classification", "--quick")
    bundle = str(evidence / "measurement.json")
    assert run(["measure", "--repeat", bundle, "--evidence", str(evidence)]) == 0
    assert "the figures are the same" in capsys.readouterr().err
    text = (evidence / "measurement.json").read_text().replace('"value": 0.98', '"value": 0.58')
    (evidence / "measurement.json").write_text(text)
    assert run(["measure", "--repeat", bundle, "--evidence", str(evidence)]) == 1


@pytest.mark.slow
def test_html_escapes_and_loads_nothing(cancer: tuple[Path, Path, list[str]], tmp_path: Path) -> None:
    hostile = tmp_path / "<img src=x onerror=1>"
    cancer[0].rename(hostile)
    report = tmp_path / "report.html"
    assert (
        measured(hostile, cancer[1], "tabular-classification", "--quick", "--format", "html", "-o", str(report))[0] == 0
    )
    text = report.read_text()
    assert "<img" not in text
    assert "majority class" in text


def test_transformers_really_runs(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    data = table(tmp_path / "r.csv", ["text", "label"], [["good", 1], ["bad", 0], ["fine", 1], ["poor", 0]])
    status, evidence = measured(REVIEWS, data, "text-classification", "--quick")
    assert status == 0
    assert {line["prediction"]["label"] for line in lines(evidence)} <= {"NEGATIVE", "POSITIVE"}
    assert read_measurement(evidence).calibration is not None


def test_onnx_really_runs_and_agrees_with_its_source(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    x, y = load_digits(return_X_y=True)
    model = LogisticRegression(max_iter=200).fit(x[:600], y[:600])
    make, from_array = onnx.helper.make_tensor_value_info, onnx.numpy_helper.from_array
    weights = [from_array(model.coef_.T.astype(np.float32), "w"), from_array(model.intercept_.astype(np.float32), "b")]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Gemm", ["x", "w", "b"], ["y"])], "digits",
        [make("x", onnx.TensorProto.FLOAT, [None, 64])], [make("y", onnx.TensorProto.FLOAT, [None, 10])], weights,
    )  # fmt: skip
    folder = tmp_path / "digits"
    folder.mkdir()
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, folder / "model.onnx")
    rows = [[*row, truth] for row, truth in zip(x[600:900], y[600:900], strict=True)]
    data = table(tmp_path / "digits.csv", [*(f"p{i}" for i in range(64)), "label"], rows)
    status, evidence = measured(folder, data, "tabular-classification", "--quick")
    assert status == 0
    assert [line["prediction"]["label"] for line in lines(evidence)] == [str(v) for v in model.predict(x[600:900])]


def test_a_function_of_the_users_own_runs(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_text("# Lengths\n")
    (tmp_path / "mine.py").write_text("def lengths(texts):\n    return [len(text) for text in texts]\n")
    data = table(tmp_path / "t.csv", ["text", "label"], [["a" * n, n] for n in range(1, 12)])
    status, evidence = measured(folder, data, "text-scoring", "--runner", f"{tmp_path / 'mine.py'}:lengths", "--quick")
    assert status == 0
    assert read_measurement(evidence).figures[0].value == pytest.approx(1.0)


def test_a_model_that_crashes_leaves_its_partial_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_text("# Crash\n")
    (tmp_path / "mine.py").write_text(
        "import os\ndef run(texts):\n    if 'x5' in texts: os.abort()\n    return [1.0 + len(t) for t in texts]\n"
    )
    data = table(tmp_path / "t.csv", ["text", "label"], [[f"x{n}", n] for n in range(8)])
    status, evidence = measured(folder, data, "text-scoring", "--runner", f"{tmp_path / 'mine.py'}:run", "--batch", "2")
    made = read_measurement(evidence)
    assert (status, made.items, made.asked, made.judged) == (4, 4, 8, ())
    assert "SIGABRT" in made.failure


def test_a_model_that_the_scan_objects_to_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, marker = tmp_path / "bad", tmp_path / "ran"
    folder.mkdir()
    (folder / "model.pkl").write_bytes(f"cos\nsystem\n(S'touch {marker}'\ntR.".encode())
    data = table(tmp_path / "t.csv", ["text", "label"], [["a", 0], ["b", 1]])
    assert measured(folder, data, "text-classification")[0] == 2
    assert not marker.exists()
    assert "is not run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("text,label\na,1\nb,\n", "row 2 has no label"),
        ("text,label\n", "holds no rows"),
        ("text,label\na,1\n", "holds one item"),
        ("text,label\na,1,2\nb,2\n", "another number of columns"),
        ("words,class\na,1\nb,2\n", "known as text"),
        ("text,label\n ,1\nb,2\n", "row 1 has no text"),
        ("text\na\nb\n", "known as label"),
    ],
)
def test_bad_data_is_told_by_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=told):
        read_dataset(path, Task.TEXT_CLASSIFICATION)


def test_columns_are_found_by_name_and_by_option(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"Review": "a", "stars": 1, "label": 0}\n{"Review": "b", "stars": 2.0, "label": 1}\n')
    assert read_dataset(path, Task.TEXT_CLASSIFICATION).items == ("a", "b")
    assert read_dataset(path, Task.TEXT_CLASSIFICATION, Columns(label="stars")).truths == ("1", "2")
    with pytest.raises(UsageError, match="no column 'rank'"):
        read_dataset(path, Task.TEXT_CLASSIFICATION, Columns(label="rank"))


def test_classes_are_aligned() -> None:
    assert align(["0", "1"], ["NEG", "POS"]) == {"0": "NEG", "1": "POS"}
    assert align(["pos", "LABEL_0"], ["NEG", "POS"]) == {"pos": "POS", "LABEL_0": "NEG"}
    assert align(["bad"], ["NEG", "POS"], parse_classes("bad=NEG")) == {"bad": "NEG"}
    with pytest.raises(UsageError, match="does not know the data's 'neutral'"):
        align(["neutral"], ["NEG", "POS"])
    with pytest.raises(UsageError, match="several"):
        align(["NEG", "0"], ["NEG", "POS"])


def test_changes_are_drawn_from_the_seed() -> None:
    text = "a perfectly ordinary sentence about trains"
    assert change_text(text, "typos", 1) == change_text(text, "typos", 1) != text
    assert sorted(change_text(text, "typos", 1)) == sorted(text)
