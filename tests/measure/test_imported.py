"""Results of other harnesses become figures that claims are held against."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from weighbridge.errors import FormatError, NothingToAudit, UsageError
from weighbridge.measure.claimed import Claimed, claimed_by
from weighbridge.measure.imported import Imported, hold, read_results
from weighbridge.model import State
from weighbridge.sources.folder import FolderRepository

HARNESS: dict[str, Any] = {
    "results": {
        "hellaswag": {
            "alias": "hellaswag", "acc,none": 0.6, "acc_stderr,none": 0.0049,
            "acc_norm,none": 0.79, "acc_norm_stderr,none": 0.0041,
        },
        "gsm8k": {"alias": "gsm8k", "exact_match,strict-match": 0.31, "exact_match_stderr,strict-match": 0.0127},
        "mmlu": {"alias": "mmlu", "acc,none": 0.5178, "acc_stderr,none": "N/A"},
    },
    "configs": {
        "hellaswag": {"task": "hellaswag", "dataset_path": "Rowan/hellaswag", "validation_split": "validation"},
        "gsm8k": {"task": "gsm8k", "dataset_path": "openai/gsm8k", "dataset_name": "main", "test_split": "test"},
    },
    "n-shot": {"hellaswag": 10, "gsm8k": 5},
    "n-samples": {
        "hellaswag": {"original": 10042, "effective": 10042}, "gsm8k": {"original": 1319, "effective": 1319},
    },
    "model_name": "acme/reviews",
}  # fmt: skip
LIGHTEVAL: dict[str, Any] = {
    "config_general": {"lighteval_sha": "?", "model_name": "acme/reviews"},
    "results": {
        "leaderboard|arc:challenge|25": {"acc": 0.44, "acc_stderr": 0.0145, "acc_norm": 0.48, "acc_norm_stderr": 0.0146},
        "all": {"acc": 0.44},
    },
    "versions": {"leaderboard|arc:challenge|25": 0},
    "config_tasks": {
        "leaderboard|arc:challenge": {
            "name": "arc:challenge", "hf_subset": "ARC-Challenge", "evaluation_splits": ["test"],
            "original_num_docs": 1172, "effective_num_docs": 1172,
        }
    },
}  # fmt: skip
MTEB: dict[str, Any] = {
    "dataset_revision": "b0fddb56ed78048fa8b90373c8a3cfc37b684831",
    "task_name": "STSBenchmark",
    "mteb_version": "1.12.0",
    "scores": {
        "test": [
            {
                "cosine_spearman": 0.8203,
                "cosine_pearson": 0.827,
                "main_score": 0.8203,
                "hf_subset": "default",
                "languages": ["eng-Latn"],
            }
        ]
    },
    "evaluation_time": 4.2,
}


def read(tmp_path: Path, value: Any) -> Imported:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(value))
    return read_results(path)


def claimed(tmp_path: Path, dataset: str, metric: str, value: float, split: str = "test") -> Claimed:
    folder = tmp_path / "reviews"
    folder.mkdir()
    result = {
        "task": {"type": "x"},
        "dataset": {"type": dataset, "split": split},
        "metrics": [{"type": metric, "value": value}],
    }
    index = json.dumps([{"name": "reviews", "results": [result]}])
    (folder / "README.md").write_text(f"---\nmodel-index: {index}\n---\n# Reviews\n")
    return claimed_by(FolderRepository(folder), as_of=datetime.date(2026, 1, 1))


def test_lm_evaluation_harness_gives_value_error_items_shots_and_split(tmp_path: Path) -> None:
    found = read(tmp_path, HARNESS)
    assert (found.harness, found.model) == ("lm-evaluation-harness", "acme/reviews")
    by_name = {(f.task, f.metric): f for f in found.figures}
    figure = by_name["hellaswag", "acc_norm"]
    assert (figure.value, figure.standard_error, figure.n) == (0.79, 0.0041, 10042)
    assert (figure.split, figure.protocol) == ("validation", "10-shot")
    assert by_name["gsm8k", "exact_match"].protocol == "5-shot, strict-match"
    assert by_name["mmlu", "acc"].standard_error is None
    assert len(found.figures) == 4


def test_lighteval_gives_the_tasks_configuration_and_no_averages(tmp_path: Path) -> None:
    found = read(tmp_path, LIGHTEVAL)
    assert (found.harness, found.model) == ("lighteval", "acme/reviews")
    assert [(f.metric, f.value, f.n, f.split, f.protocol) for f in found.figures] == [
        ("acc", 0.44, 1172, "test", "25-shot"),
        ("acc_norm", 0.48, 1172, "test", "25-shot"),
    ]


def test_a_contradicted_claim_is_contradicted_by_the_imported_figure(tmp_path: Path) -> None:
    (held,) = hold(claimed(tmp_path, "gsm8k", "exact_match", 0.45), read(tmp_path, HARNESS))
    assert held.judgement.state is State.CONTRADICTED
    assert held.judgement.direction == "overstated"


def test_a_claim_that_the_whole_split_bears_out_is_verified(tmp_path: Path) -> None:
    (held,) = hold(claimed(tmp_path, "STSBenchmark", "spearman", 0.82), read(tmp_path, MTEB))
    assert held.judgement.state is State.VERIFIED


def test_another_split_decides_nothing(tmp_path: Path) -> None:
    (held,) = hold(claimed(tmp_path, "STSBenchmark", "spearman", 0.82, "train"), read(tmp_path, MTEB))
    assert held.judgement.state is State.UNKNOWN


def test_a_normalised_accuracy_is_no_plain_one(tmp_path: Path) -> None:
    normalised = {"results": {"hellaswag": {"acc_norm,none": 0.79}}, "configs": {}}
    assert hold(claimed(tmp_path, "hellaswag", "accuracy", 0.79, ""), read(tmp_path, normalised)) == []


def test_results_of_another_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not of"):
        hold(claimed(tmp_path, "gsm8k", "exact_match", 0.31), read(tmp_path, HARNESS | {"model_name": "acme/other"}))


@pytest.mark.parametrize("value", [[], {}, {"results": []}, {"results": {"a": {"acc": 1}}}, {"scores": {}, "x": 1}])
def test_what_no_harness_wrote_is_told(tmp_path: Path, value: Any) -> None:
    with pytest.raises(FormatError, match="holds no results"):
        read(tmp_path, value)


@pytest.mark.parametrize(
    "value",
    [
        {"results": {"a": None, "b": 3, "c": {"acc,none": "0.9", "f1,none": True}}, "configs": 3},
        {"task_name": 3, "scores": {"test": [3, None, {"accuracy": None}]}},
        {"config_general": {}, "results": {"a|b|c": [], "all": {"acc": 1}}, "config_tasks": []},
    ],
)
def test_results_without_a_figure_are_nothing(tmp_path: Path, value: Any) -> None:
    with pytest.raises(NothingToAudit, match="no figure"):
        read(tmp_path, value)


def test_numbers_beyond_all_measure_are_told(tmp_path: Path) -> None:
    held = {"acc,none": 10**400, "f1,none": 0.5}
    value = {"results": {"a": held}, "configs": {}, "n-samples": {"a": {"effective": 2**63}}}
    found = read(tmp_path, value)
    assert found.problems == ("a: acc is no finite number",)
    assert found.figures[0].n is None


def test_lighteval_without_suites(tmp_path: Path) -> None:
    value = {
        "config_general": {},
        "results": {"gsm8k|5": {"em": 0.5}, "all": {"em": 0.5}},
        "config_tasks": {"gsm8k|5": {"effective_num_docs": 1319, "evaluation_splits": ["test"]}},
    }
    (figure,) = read(tmp_path, value).figures
    assert (figure.dataset, figure.n, figure.protocol) == ("gsm8k", 1319, "5-shot")


def test_a_score_over_random_samples_decides_nothing(tmp_path: Path) -> None:
    entry = {"accuracy": 0.85, "scores_per_experiment": [{"accuracy": 0.84}], "hf_subset": "default"}
    results = read(tmp_path, {"task_name": "Banking77Classification", "scores": {"test": [entry]}})
    (held,) = hold(claimed(tmp_path, "Banking77Classification", "accuracy", 0.95), results)
    assert held.judgement.state is State.UNKNOWN
