"""Performance claims: for machines, in tables, in prose."""

from __future__ import annotations

import pytest
from hypothesis import given

from benchmarks import claims as labelled_cards
from tests.facts.strategies import VALUES, texts
from tests.support import facts_of
from weighbridge.facts.claims import PerformanceClaims, canonical_metric
from weighbridge.facts.engine import Gap
from weighbridge.facts.figures import figure, is_metric
from weighbridge.model import Depth, Location

INDEX = """---
model-index:
- name: x
  results:
  - task: {type: text-classification}
    dataset: {name: IMDB, type: imdb, split: test, config: plain, revision: abc}
    metrics:
    - {type: accuracy, value: 0.931, verified: true}
    - {name: F1, value: "93.1%"}
    - {type: f1, value: .nan}
    - {type: f1, value: [1]}
    - 3
    source: {url: https://example.org}
  - 4
---
"""
LOG = """
It achieves the following results on the evaluation set:
- Loss: 0.2732
- Accuracy: 0.93
- Gen Len: 13.2

| Training Loss | Epoch | Step | Validation Loss | Accuracy |
|:-:|:-:|:-:|:-:|:-:|
| 0.1 | 1.0 | 10 | 0.2 | 0.9 |
"""


def told(card: str, name: str = "acme/model") -> list[tuple[str, str, str, str]]:
    claims = facts_of({"README.md": card}, depth=Depth.CARD, name=name).need(PerformanceClaims).claims
    return [(c.metric, c.text, c.dataset, c.split) for c in claims]


@pytest.mark.parametrize(
    ("text", "value", "unit", "decimals"),
    [
        ("93.1", 93.1, "", 1),
        ("93.10%", 93.1, "%", 2),
        ("0.931", 0.931, "", 3),
        ("93.1 ± 0.2", 93.1, "", 1),
        ("93.1 (±0.2)", 93.1, "", 1),
        ("1,234", 1234, "", 0),
        ("0,912", 0.912, "", 3),
        ("91,4 %", 91.4, "%", 1),
        (".5", 0.5, "", 1),
        ("93.1 [12]", 93.1, "", 1),
        ("93.1*", 93.1, "", 1),
        ("5e-05", 5e-05, "", 0),
    ],
)
def test_figures(text: str, value: float, unit: str, decimals: int) -> None:
    found = figure(text)
    assert found is not None
    assert (found.value, found.unit, found.decimals) == (value, unit, decimals)


@pytest.mark.parametrize(
    "text", ["-", "—", "", "90-93", "93.1/94.2", "12 ms", "n/a", "1e999", "7B", "ResNet50", "1.2.3"]
)
def test_what_is_no_figure(text: str) -> None:
    assert figure(text) is None


def test_metrics() -> None:
    assert all(map(is_metric, ("Accuracy", "F1-score", "Test WER", "NDCG@10", "Macro F1", "Rouge1", "eval_loss", "R²")))
    assert not any(map(is_metric, ("Model", "Params", "Epoch", "Top", "IMDB", "", "accuracy of a thing")))
    assert canonical_metric("F1-Score") == canonical_metric("test f1") == "f1"
    assert canonical_metric("F1 macro") != canonical_metric("F1 micro")


def test_the_model_index() -> None:
    found = facts_of({"README.md": INDEX}, depth=Depth.CARD).need(PerformanceClaims)
    first, second = found.claims
    assert (first.metric, first.value, first.dataset, first.config, first.split) == (
        "accuracy",
        0.931,
        "imdb",
        "plain",
        "test",
    )
    assert (first.revision, first.is_verified, first.source_url, first.decimals) == (
        "abc",
        True,
        "https://example.org",
        3,
    )
    assert first.where == Location("README.md", 8, pointer="/model-index/0/results/0/metrics/0/value")
    assert (second.metric, second.value, second.unit, second.is_verified) == ("F1", 93.1, "%", False)
    assert len(found.problems) == 4


def test_a_record_alone() -> None:
    index = [{"results": [{"metrics": [{"type": "wer", "value": 12}]}]}]
    found = facts_of({}, {"id": "a/b", "cardData": {}, "model-index": index}, depth=Depth.METADATA).need(
        PerformanceClaims
    )
    assert [(c.metric, c.value, c.where) for c in found.claims] == [("wer", 12.0, None)]
    assert isinstance(facts_of({}, {"id": "a/b", "cardData": {}}, depth=Depth.METADATA).get(PerformanceClaims), Gap)


def test_evaluation_results() -> None:
    text = "- dataset: {id: a/b, task_id: t, revision: r}\n  value: 0.5\n  source: {url: https://x.org}\n- value: nothing\n"
    found = facts_of({"README.md": "", ".eval_results/a.yaml": text}, depth=Depth.CARD).need(PerformanceClaims)
    claim = found.claims[0]
    assert (claim.source, claim.dataset, claim.task, claim.revision, claim.value) == (
        "eval-results",
        "a/b",
        "t",
        "r",
        0.5,
    )
    assert len(found.problems) == 1


def test_results_of_a_trainer_but_not_its_log() -> None:
    assert told("fine-tuned version of x on the imdb dataset.\n" + LOG) == [
        ("Loss", "0.2732", "imdb", "evaluation"),
        ("Accuracy", "0.93", "imdb", "evaluation"),
    ]


@pytest.mark.parametrize(
    ("table", "claims"),
    [
        (["Dataset|Accuracy|F1", "SST-2|93.1 ± 0.2|-", "IMDB|**90**|0.9"], [("Accuracy", "93.1 ± 0.2", "SST-2", ""), ("Accuracy", "90", "IMDB", ""), ("F1", "0.9", "IMDB", "")]),
        (["Model|Accuracy", "other|95", "acme/model|93"], [("Accuracy", "93", "", "")]),
        (["Model|Accuracy", "a|95", "b|93"], []),
        (["Model|Accuracy", "mine|95"], [("Accuracy", "95", "", "")]),
        (["Metric|Value", "WER|12.3%"], [("WER", "12.3%", "", "")]),
        (["Metric|dev|test", "F1|90|91"], [("F1", "90", "", "dev"), ("F1", "91", "", "test")]),
        (["Metric|BERT|GPT", "F1|90|91"], []),
        (["Task|Metric|Value", "hellaswag|acc|0.5", "|acc_norm|0.6"], [("acc", "0.5", "hellaswag", ""), ("acc_norm", "0.6", "hellaswag", "")]),
        (["|precision|support", "pos|0.9|10", "macro avg|0.8|20"], [("precision", "0.8", "", "")]),
        (["Test WER|Test CER", "12.3|4.5"], [("Test WER", "12.3", "", "test"), ("Test CER", "4.5", "", "test")]),
        (["Benchmark|acme/model|other", "MMLU|60.1|55", "ARC|-|50"], [("", "60.1", "MMLU", "")]),
        (["Model|Size|MMLU", "acme/model|7B|60.1", "other|13B|55"], [("", "60.1", "MMLU", "")]),
        (["Param|Value", "lr|0.1"], []),
        (["Epoch|Accuracy", "1|0.9"], []),
    ],
)  # fmt: skip
def test_tables(table: list[str], claims: list[tuple[str, str, str, str]]) -> None:
    lines = [f"|{row}|" for row in table]
    lines.insert(1, "|" + "--|" * (table[0].count("|") + 1))
    assert told("\n".join(lines)) == claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("The model achieves 93.1% accuracy on SST-2.", [("accuracy", "93.1%", "SST-2", "")]),
        ("It reaches an F1 of 0.89 on the CoNLL 2003 test set.", [("F1", "0.89", "CoNLL 2003", "test")]),
        ("BERT's baseline achieves 91% accuracy.", []),
        ("It achieves 90% precision and 80% recall.", [("precision", "90%", "", ""), ("recall", "80%", "", "")]),
        ("It achieves 90% accuracy, far from 95% accuracy.", []),
        (
            "Validation F1-score: 0.509, Exact Match: 0.473",
            [("Validation F1-score", "0.509", "", ""), ("Exact Match", "0.473", "", "")],
        ),
        ("Learning rate: 0.1", []),
        ("## Results\n- **Accuracy**: 0.93", [("Accuracy", "0.93", "", "")]),
        ("## Usage\n- accuracy: 0.93", []),
        ("```\nthe model achieves 93.1% accuracy\n```", []),
        ("It took 12 hours and has 7 layers.", []),
    ],
)
def test_prose(text: str, claims: list[tuple[str, str, str, str]]) -> None:
    assert told(text) == claims


@given(VALUES)
def test_any_index_is_read(value: object) -> None:
    for index in (value, [value], [{"results": value}], [{"results": [{"metrics": value, "dataset": value}]}], [{"results": [{"metrics": [{"type": value, "value": value}]}]}]):  # fmt: skip
        record = {"id": "a/b", "cardData": {"model-index": index}}
        facts = facts_of({"README.md": ""}, record, depth=Depth.METADATA)
        found = facts.get(PerformanceClaims)
        assert isinstance(found, Gap | PerformanceClaims)


@given(texts("Accuracy", "| F1 | Value |\n|--|--|\n", "achieves the following results on the evaluation set:\n- ", "achieves 93.1% accuracy on ", "# Results\n", ": 0.9"))  # fmt: skip
def test_any_text_is_read(text: str) -> None:
    assert isinstance(facts_of({"README.md": text}, depth=Depth.CARD).get(PerformanceClaims), PerformanceClaims)


def test_a_tables_split_column_is_the_claims_split() -> None:
    table = "| Dataset | Split | Accuracy |\n|---|---|---|\n| SST-2 | validation | 93.4 |\n"
    (claim,) = facts_of({"README.md": f"# Results\n\n{table}"}).need(PerformanceClaims).claims
    assert (claim.dataset, claim.split, claim.value) == ("SST-2", "validation", 93.4)


ZOO = """
Models:
- Name: atss_r50
  Metadata:
    Training Memory (GB): 3.7
    inference time (ms/im):
    - {value: 50.76, hardware: V100, mode: FP32}
  Results:
  - {Task: Object Detection, Dataset: COCO, Metrics: {box AP: 39.4}}
- Name: atss_r101
  Results: {Task: Object Detection, Dataset: COCO, Metrics: {box AP: 41.5, broken: [1]}}
- 7
"""


def test_a_zoos_index_states_figures_of_each_model_with_hardware() -> None:
    claims = facts_of({"metafile.yml": ZOO}, depth=Depth.CARD).need(PerformanceClaims)
    assert [(c.model, c.metric, c.text, c.dataset, c.hardware, c.unit) for c in claims.others] == [
        ("atss_r50", "box AP", "39.4", "COCO", "", ""),
        ("atss_r50", "inference time (ms/im)", "50.76", "", "V100", "ms"),
        ("atss_r101", "box AP", "41.5", "COCO", "", ""),
    ]
    assert len(claims.problems) == 2


def test_the_only_model_of_an_index_is_the_published_one() -> None:
    one = "Models:\n- Name: only\n  Results: {Dataset: COCO, Metrics: {box AP: 39.4}}\n"
    assert len(facts_of({"metafile.yml": one}, depth=Depth.CARD).need(PerformanceClaims).claims) == 1
    both = {"a/metafile.yml": one, "b/metafile.yml": one.replace("only", "other")}
    assert [c.model for c in facts_of(both, depth=Depth.CARD).need(PerformanceClaims).others] == ["only", "other"]


def test_what_training_wrote_down_is_logged_and_not_claimed() -> None:
    files = {
        "all_results.json": '{"eval_accuracy": 0.9312, "eval_samples": 872, "eval_runtime": 3.1, "epoch": 3.0, "train_loss": 0.1}',
        "trainer_state.json": '{"best_metric": 0.94, "metric_for_best_model": "eval_f1", "log_history": []}',
    }
    claims = facts_of(files, depth=Depth.CARD).need(PerformanceClaims)
    assert claims.claims == ()
    assert [(c.metric, c.value, c.n, c.source) for c in claims.logged] == [
        ("accuracy", 0.9312, 872, "results-file"),
        ("f1", 0.94, None, "training-log"),
    ]


def test_published_tables_of_results_and_manifests_of_weights_are_read() -> None:
    files = {
        "results-imagenet.csv": "model,img_size,top1,top1_err,top5\nresnet50,224,80.1,19.9,95.2\nvit,224,,,x\n",
        "weights.json": '{"ResNet50_Weights": {"IMAGENET1K_V2": {"_metrics": {"ImageNet-1K": {"acc@1": 80.858, "acc@5": 95.434}}}}}',
    }
    claims = facts_of(files, depth=Depth.CARD).need(PerformanceClaims)
    assert [(c.model, c.metric, c.value, c.dataset) for c in claims.others] == [
        ("resnet50", "top-1 accuracy", 80.1, "imagenet"),
        ("resnet50", "top-5 accuracy", 95.2, "imagenet"),
        ("IMAGENET1K_V2", "acc@1", 80.858, "ImageNet-1K"),
        ("IMAGENET1K_V2", "acc@5", 95.434, "ImageNet-1K"),
    ]


@pytest.mark.parametrize(
    "name", ["metafile.yml", "all_results.json", "trainer_state.json", "results-x.csv", "weights.json"]
)
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[[[[1]]]]", b'{"Models": 3, "eval_f1": {"a": 1}, "_metrics": []}', b"{" * 9000, b'a,"b\n1', b"model,top1\n\xc3"]
)  # fmt: skip
def test_broken_files_of_results_cost_nothing_but_themselves(name: str, data: bytes) -> None:
    claims = facts_of({name: data, "README.md": "# x\n\n| Metric | Value |\n|--|--|\n| F1 | 0.9 |\n"}, depth=Depth.CARD)
    assert [claim.metric for claim in claims.need(PerformanceClaims).claims] == ["F1"]


def test_a_time_carries_the_machine_that_the_text_before_its_table_names() -> None:
    card = "# Speed\n\nMeasured on an NVIDIA V100 with batch size 1.\n\n| Model | Latency (ms) | Accuracy |\n|--|--|--|\n| model | 12.5 | 91.2 |\n"
    claims = facts_of({"README.md": card}, depth=Depth.CARD).need(PerformanceClaims).claims
    assert [(c.metric, c.unit, c.hardware) for c in claims] == [("Latency", "ms", "NVIDIA V100"), ("Accuracy", "", "")]


@pytest.mark.parametrize(
    ("table", "claims"),
    [
        (["Model|SQuAD EM/F1", "model|88.9/94.6"], [("EM", 88.9, "SQuAD"), ("F1", 94.6, "SQuAD")]),
        (["Model|COCO AP<sub>50</sub>|COCO AP<sub>50:95</sub>", "model|67.6|48.4"], [("COCO AP 50", 67.6, "coco"), ("COCO AP 50:95", 48.4, "coco")]),
        (["Model|Time|VRAM usage", "model|2m23s|4708MB"], [("Time", 143.0, ""), ("VRAM usage", 4708.0, "")]),
        (["Direction|En-De|En-Fr", "BLEU|27.4|37.6"], [("BLEU", 27.4, "En-De"), ("BLEU", 37.6, "En-Fr")]),
        (["Model|SST-2|CoLA", "`--lr`|1e-5|2e-5", "bsz|32|16"], []),
        (["Model|Params|Layers|Download", "model|125M|12|[x](y)"], []),
    ],
)  # fmt: skip
def test_tables_of_other_shapes(table: list[str], claims: list[tuple[str, float, str]]) -> None:
    lines = [f"|{row}|" for row in table]
    lines.insert(1, "|" + "--|" * (table[0].count("|") + 1))
    found = facts_of({"README.md": "# Results\n\n" + "\n".join(lines)}, depth=Depth.CARD).need(PerformanceClaims)
    assert [(c.metric, c.value, c.dataset) for c in found.claims] == claims


def test_figures_are_found_in_cards_labelled_by_hand() -> None:
    documents = [document for document in labelled_cards.documents() if not document.is_held_out]
    wanted, found, right = (
        sum(sum(counter.values()) for counter in counters)
        for counters in zip(
            *((d.wanted["table"], d.found["table"], d.wanted["table"] & d.found["table"]) for d in documents),
            strict=True,
        )
    )
    assert right / found >= 0.95
    assert right / wanted >= 0.85


@pytest.mark.parametrize(
    "header", ["Model|Accuracy|F1", "Metric|a|b", "x|SST-2|CoLA", "y|12.5|en-de", "Task|Metric|Value"]
)
def test_a_table_of_thousands_of_rows_takes_no_more_than_its_length(header: str) -> None:
    rows = "\n".join(f"|row {n}|{n % 97}.5|{n % 89}.5|" for n in range(4900))
    card = f"# Results\n\n|{header}|\n|--|--|--|\n{rows}\n"
    claims = facts_of({"README.md": card * 3}, depth=Depth.CARD).need(PerformanceClaims)
    assert len(claims.all) <= 7000
