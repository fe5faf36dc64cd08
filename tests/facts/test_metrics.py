"""Metrics and data sets by name."""

from __future__ import annotations

import pytest

from weighbridge.facts.metrics import benchmark_of, metric_of, plain_dataset, plain_split


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("Top-1 (%)", "accuracy"), ("Top 1 Accuracy", "accuracy"), ("Top 5 Accuracy", "top-5 accuracy"), ("Acc@5", "top-5 accuracy"),
        ("eval_accuracy", "accuracy"), ("Balanced Test Accuracy", "balanced accuracy"), ("F1 macro", "f1"), ("exact_match", "exact match"),
        ("NDCG@10", "ndcg"), ("box AP", "map"), ("mAP@.5", "map50"), ("COCO AP 50:95", "map"), ("mIoU(ms+flip)", "miou"),
        ("cosine_spearman", "spearman"), ("BLEU-4", "bleu"), ("WER (%)", "wer"), ("inference time (ms/im)", "latency"),
        ("Tokens per second", "throughput"), ("R2", "r2"),
    ],
)  # fmt: skip
def test_names_that_people_write_mean_one_metric(name: str, metric: str) -> None:
    found = metric_of(name)
    assert found is not None
    assert found.name == metric


@pytest.mark.parametrize("name", ["", "Inception", "vibes", "Params", "x" * 100_000, "\0", "ar"])
def test_other_words_mean_none(name: str) -> None:
    assert metric_of(name) is None


def test_ranges_and_directions() -> None:
    accuracy, wer, bleu = metric_of("accuracy"), metric_of("wer"), metric_of("bleu")
    assert accuracy is not None
    assert wer is not None
    assert bleu is not None
    assert (accuracy.low, accuracy.top, accuracy.higher, accuracy.kind) == (0, 1, True, "proportion")
    assert (wer.top, wer.higher) == (None, False)
    assert (bleu.scale, bleu.top) == (100, 100)


@pytest.mark.parametrize("name", ["stanfordnlp/sst2", "SST-2", "sst2", "SST-2 dev", "sst-2 test set"])
def test_names_of_a_data_set(name: str) -> None:
    found = benchmark_of(name)
    assert found is not None
    assert (found.name, found.size("dev"), found.size("nowhere")) == ("sst2", 872, None)


def test_names_are_compared_without_owner_and_signs() -> None:
    assert plain_dataset("acme/My-Data_1") == plain_dataset("my data 1") == "mydata1"
    assert plain_split("dev") == plain_split("val") == "validation"
