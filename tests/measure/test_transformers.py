"""Every task of the runner of transformers is run with a real model of two layers, and its figures held against the library's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.measure import tiny
from weighbridge.errors import UsageError
from weighbridge.measure import metrics
from weighbridge.measure.dataset import Columns, read_dataset
from weighbridge.measure.evidence import PREDICTIONS, Measurement, Plan
from weighbridge.measure.measuring import Bench, Subject, measure
from weighbridge.measure.meters import meters_of
from weighbridge.measure.performance import energy
from weighbridge.measure.sandbox import Limits
from weighbridge.measure.tasks import Task

pytest.importorskip("transformers")
Row = dict[str, Any]
HOMES = [
    {"tokens": ["anna", "lives", "in", "paris"], "tags": ["B-PER", "O", "O", "B-LOC"]},
    {"tokens": ["bert", "works", "in", "rome"], "tags": ["B-PER", "O", "O", "B-LOC"]},
    {"tokens": ["the", "cat", "sat"], "tags": ["O", "O", "O"]},
]


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_RESAMPLES", 50)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def lines(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def measured(folder: Path, task: Task, data: Path, *, quick: bool = True) -> tuple[Measurement, list[Row]]:
    evidence = data.parent / f"evidence-{task}"
    plan = Plan(str(folder), task, str(data), is_quick=quick, threads=1)
    made = measure(plan, Subject(folder), Bench(evidence, Limits(threads=1)))
    assert not made.failure
    said = [json.loads(line)["prediction"] for line in (evidence / PREDICTIONS).read_text().splitlines()[1:]]
    return made, said


def figures(made: Measurement) -> dict[str, float]:
    return {held.metric: held.value for held in made.figures}


def test_token_classification(tmp_path: Path) -> None:
    from seqeval.metrics import f1_score

    words = tiny.tokenizer(tmp_path / "m")
    names = dict(enumerate(tiny.TAGS))
    model = tiny.bert("TokenClassification", tmp_path / "m", id2label=names, label2id={v: k for k, v in names.items()})
    batch = words([row["tokens"] for row in HOMES], is_split_into_words=True, padding=True, return_tensors="pt")
    import torch

    labels = torch.full(batch["input_ids"].shape, -100)
    for at, row in enumerate(HOMES[:2]):
        labels[at, 1 : 1 + len(row["tags"])] = torch.tensor([tiny.TAGS.index(tag) for tag in row["tags"]])
    tiny.trained(model, {**batch, "labels": labels}, tmp_path / "m")
    made, said = measured(tmp_path / "m", Task.TOKEN_CLASSIFICATION, lines(tmp_path / "d.jsonl", HOMES), quick=False)
    answers = [list(one["tags"]) for one in said]
    assert answers[:2] == [row["tags"] for row in HOMES[:2]]
    assert figures(made)["f1"] == pytest.approx(f1_score([row["tags"] for row in HOMES], answers))
    assert made.baselines[0].name == "each word's commonest tag"
    assert made.performance is not None
    assert made.performance.latencies


@pytest.mark.slow
def test_question_answering(tmp_path: Path) -> None:
    words = tiny.tokenizer(tmp_path / "m")
    model = tiny.bert("QuestionAnswering", tmp_path / "m")
    rows = [
        {"question": "where anna", "context": "anna lives in paris", "answers": {"text": ["paris"]}},
        {"question": "who", "context": "bert works in rome", "answers": ["bert", "the bert"]},
        {"question": "where", "context": "the cat sat at " * 20 + "rome", "answers": ["mat"]},
    ]
    import torch

    batch = words(
        [r["question"] for r in rows[:2]], [r["context"] for r in rows[:2]], padding=True, return_tensors="pt"
    )
    places = torch.tensor([7, 3])
    tiny.trained(model, {**batch, "start_positions": places, "end_positions": places}, tmp_path / "m")
    made, said = measured(tmp_path / "m", Task.QUESTION_ANSWERING, lines(tmp_path / "d.jsonl", rows))
    assert [one["text"] for one in said[:2]] == ["paris", "bert"]
    assert said[2]["text"] in rows[2]["context"]  # a context longer than the model reads at once
    assert figures(made)["exact match"] == pytest.approx(2 / 3)


@pytest.mark.slow
def test_fill_mask(tmp_path: Path) -> None:
    words = tiny.tokenizer(tmp_path / "m")
    model = tiny.bert("MaskedLM", tmp_path / "m")
    rows = [{"text": "anna lives in [MASK]", "label": "paris"}, {"text": "the [MASK] sat", "label": "cat"}]
    batch = words([row["text"] for row in rows], padding=True, return_tensors="pt")
    whole = words([row["text"].replace("[MASK]", row["label"]) for row in rows], padding=True, return_tensors="pt")
    tiny.trained(model, {**batch, "labels": whole["input_ids"]}, tmp_path / "m")
    made, said = measured(tmp_path / "m", Task.FILL_MASK, lines(tmp_path / "d.jsonl", rows))
    assert [one["text"] for one in said] == ["paris", "cat"]
    assert figures(made) == {"exact match": 1.0}


@pytest.mark.parametrize(
    ("task", "leading"),
    [(Task.TRANSLATION, "bleu"), pytest.param(Task.SUMMARIZATION, "rougel", marks=pytest.mark.slow)],
)
def test_what_is_rewritten(tmp_path: Path, task: Task, leading: str) -> None:
    words = tiny.tokenizer(tmp_path / "m")
    model = tiny.seq2seq(tmp_path / "m")
    rows = [
        {"text": "anna lives in paris", "reference": "the cat sat at the mat"},
        {"text": "bert works in rome", "reference": "good cat in the mat"},
    ]
    batch = words([row["text"] for row in rows], padding=True, return_tensors="pt")
    labels = words([row["reference"] for row in rows], padding=True, return_tensors="pt")["input_ids"]
    labels[labels == 0] = -100
    tiny.trained(model, {k: batch[k] for k in ("input_ids", "attention_mask")} | {"labels": labels}, tmp_path / "m")
    made, said = measured(tmp_path / "m", task, lines(tmp_path / "d.jsonl", rows))
    assert [one["text"] for one in said] == [row["reference"] for row in rows]
    assert made.figures[0].metric == leading
    assert made.figures[0].value == pytest.approx(100.0 if leading == "bleu" else 1.0)
    assert made.baselines[0].value < made.figures[0].value


@pytest.mark.slow
def test_text_generation_and_language_modelling(tmp_path: Path) -> None:
    import torch

    words = tiny.tokenizer(tmp_path / "m")
    model = tiny.gpt2(tmp_path / "m")
    # A prompt ends with the tokenizer's own mark of an end, as it does where it is asked.
    ids = torch.cat(
        [
            words("where anna", return_tensors="pt")["input_ids"],
            words("paris", return_tensors="pt")["input_ids"][:, 1:],
        ],
        1,
    )
    tiny.trained(model, {"input_ids": ids, "labels": ids}, tmp_path / "m")
    rows = [{"text": "where anna", "reference": "paris"}, {"text": "where anna", "reference": "Rome"}]
    data = lines(tmp_path / "d.jsonl", rows)
    made, said = measured(tmp_path / "m", Task.TEXT_GENERATION, data)
    assert said[0]["text"] == "paris"
    assert figures(made)["exact match"] == 0.5
    made, _ = measured(tmp_path / "m", Task.LANGUAGE_MODELLING, data)
    own = words("where anna", return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        loss = float(model(input_ids=own, labels=own).loss)
    assert figures(made)["perplexity"] == pytest.approx(torch.tensor(loss).exp().item(), rel=1e-3)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    import numpy as np
    import soundfile

    for name, pitch, rate in (("high", 2000, 16000), ("low", 200, 8000)):
        (tmp_path / "s" / name).mkdir(parents=True)
        wave = np.sin(2 * np.pi * pitch * np.arange(rate // 4) / rate)
        soundfile.write(tmp_path / "s" / name / "a.wav", wave, rate)
    return tmp_path / "s"


@pytest.mark.slow
def test_audio_classification(tmp_path: Path, sounds: Path) -> None:
    tiny.sound_classifier(tmp_path / "m")
    made, said = measured(tmp_path / "m", Task.AUDIO_CLASSIFICATION, sounds)
    assert all(set(one["scores"]) == {"high", "low"} for one in said)
    assert made.baselines[0].name == "majority class"


def test_speech_recognition(tmp_path: Path, sounds: Path) -> None:
    import jiwer

    tiny.ctc(tmp_path / "m")
    rows = [{"audio": f"s/{name}/a.wav", "transcription": words} for name, words in (("high", "a b"), ("low", "c"))]
    made, said = measured(tmp_path / "m", Task.SPEECH_RECOGNITION, lines(tmp_path / "d.jsonl", rows))
    texts = [one.get("text", "") for one in said]
    assert figures(made)["wer"] == pytest.approx(jiwer.wer(["a b", "c"], texts))
    assert figures(made)["cer"] == pytest.approx(jiwer.cer(["a b", "c"], texts))


@pytest.mark.slow
def test_image_classification(tmp_path: Path) -> None:
    from PIL import Image

    tiny.vision(tmp_path / "m")
    for name, grey in (("dark", 10), ("light", 240)):
        (tmp_path / "i" / name).mkdir(parents=True)
        for at in range(2):
            Image.new("RGB", (20, 20), (grey, grey, grey + at)).save(tmp_path / "i" / name / f"{at}.png")
    made, said = measured(tmp_path / "m", Task.IMAGE_CLASSIFICATION, tmp_path / "i", quick=False)
    assert all(set(one["scores"]) == {"dark", "light"} for one in said)
    assert [held.change for held in made.robustness] == ["noise", "blur", "darker", "brighter"]


def test_sums_of_counts_are_what_the_libraries_say_of_the_whole() -> None:
    import sacrebleu

    truths = ["the cat sat on the mat today", "a dog ran over the long hill", "birds sing in the morning"]
    answers = ["the cat sat on a mat today", "a dog ran the long hill", "birds sing at morning"]
    bleu = meters_of(Task.TRANSLATION)[0]
    assert bleu.of(bleu.rows(truths, answers)) == pytest.approx(sacrebleu.corpus_bleu(answers, [truths]).score)


@pytest.mark.parametrize(
    ("task", "row", "told"),
    [
        (Task.TOKEN_CLASSIFICATION, {"tokens": ["a", "b"], "tags": ["O"]}, "row 1 has 2 words and 1 tags"),
        (Task.TOKEN_CLASSIFICATION, {"tokens": ["a"], "tags": [3]}, "is no list of words"),
        (Task.FILL_MASK, {"text": "nothing to guess", "label": "x"}, "has not one"),
        (Task.QUESTION_ANSWERING, {"question": "q", "context": "c", "answers": []}, "has no answer"),
        (Task.QUESTION_ANSWERING, {"question": "q", "answers": ["a"]}, "no two columns"),
        (Task.TRANSLATION, {"text": "only a source"}, "both what is asked and what is true"),
        (Task.SPEECH_RECOGNITION, {"audio": "../none.wav", "text": "a"}, "is no file"),
    ],
)
def test_bad_data_is_told_by_place(tmp_path: Path, task: Task, row: Row, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_dataset(lines(tmp_path / "d.jsonl", [row, row]), task, Columns())


@pytest.mark.slow
def test_an_entity_that_the_model_does_not_know_is_told(tmp_path: Path) -> None:
    tiny.tokenizer(tmp_path / "m")
    names = dict(enumerate(tiny.TAGS))
    tiny.bert("TokenClassification", tmp_path / "m", id2label=names, label2id={v: k for k, v in names.items()})
    data = lines(tmp_path / "d.jsonl", [{"tokens": ["anna"], "tags": ["B-SHIP"]}] * 2)
    with pytest.raises(UsageError, match="'SHIP'"):
        measured(tmp_path / "m", Task.TOKEN_CLASSIFICATION, data)


def test_joules_are_read_from_the_processors_counter(tmp_path: Path) -> None:
    counter = tmp_path / "energy_uj"
    assert energy(counter) is None
    counter.write_text("1250000\n")
    assert energy(counter) == 1_250_000
    counter.write_text("no number\n")
    assert energy(counter) is None


def test_parquet_is_read_with_its_lists(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    parquet.write_table(pyarrow.Table.from_pylist(HOMES), tmp_path / "d.parquet")
    read = read_dataset(tmp_path / "d.parquet", Task.TOKEN_CLASSIFICATION)
    assert read.items == tuple(row["tokens"] for row in HOMES)
    assert read.truths == tuple(row["tags"] for row in HOMES)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(UsageError, match="is no Parquet"):
        read_dataset(tmp_path / "bad.parquet", Task.TOKEN_CLASSIFICATION)
