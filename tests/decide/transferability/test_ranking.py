"""Rankings: weighted τ against published tables, the ensemble, and spreads."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="needs weighbridge[reuse]")

from scipy.stats import weightedtau

from tests.decide.transferability.test_estimators import clusters
from weighbridge.decide.transferability.nearest_neighbours import knn
from weighbridge.decide.transferability.ranking import ensemble, spread


def weighted_tau(predicted: Sequence[float], measured: Sequence[float]) -> float:
    """Kendall's weighted τ (Vigna, 2015): pairs with a candidate near the top of either ranking weigh more."""
    return float(weightedtau(predicted, measured).statistic)


def test_the_ensemble_ranks_by_mean_rank() -> None:
    assert ensemble({"a": [0.1, 0.2, 0.3], "b": [-5, 900, 1000]}) == [0.0, 0.5, 1.0]
    assert ensemble({"a": [1.0, 2.0], "b": [2.0, 1.0]}) == [0.5, 0.5]
    assert ensemble({"a": [1.0]}) == [1.0]


def test_the_spread_holds_what_draws_of_the_data_give() -> None:
    sample = clusters(1.0)
    low, high = spread(knn, sample)
    assert low < high
    assert low - 0.1 < knn(sample) < high + 0.1
    assert (low, high) == spread(knn, sample)


# TLlib names two data sets otherwise than the table of scores does.
NAMES = {"Cars": "StanfordCars", "Pet": "OxfordIIITPets"}
# The published claims that follow from the published scores and accuracies.
CLAIMED = {
    ("CIFAR10", "H-Score"): 0.800, ("CIFAR10", "LEEP"): 0.638, ("CIFAR10", "LogME"): 0.785, ("CIFAR10", "NCE"): 0.714,
    ("CIFAR100", "H-Score"): 0.775, ("CIFAR100", "LEEP"): 0.659, ("CIFAR100", "NCE"): 0.654,
    ("Cars", "H-Score"): 0.638, ("Cars", "LEEP"): 0.703, ("Cars", "LogME"): 0.654, ("Cars", "NCE"): 0.750,
    ("SUN397", "H-Score"): 0.918, ("SUN397", "LEEP"): 0.581, ("DTD", "LEEP"): -0.004,
}  # fmt: skip


def test_weighted_tau_is_the_published_one(shared_data: Path) -> None:
    folder = shared_data / "data" / "transfer"
    accuracies = json.loads((folder / "tllib-finetuned-accuracy.json").read_text(encoding="utf-8"))
    with (folder / "model-spider-estimator-scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for name, estimator in CLAIMED:
        held = [row for row in rows if row["Dataset"] == name]
        measured = [accuracies[NAMES.get(name, name)][row["Model"]] for row in held]
        found[name, estimator] = round(weighted_tau([float(row[estimator]) for row in held], measured), 3)
    assert found == CLAIMED


def test_a_fixed_ranking_reaches_the_published_weighted_tau(shared_data: Path) -> None:
    """The mean rank on the other data sets: the baseline that an estimator has to beat."""
    table = json.loads(
        (shared_data / "data" / "transfer" / "sfda-finetuned-accuracy.json").read_text(encoding="utf-8")
    )["group1"]
    models = sorted(next(iter(table.values())))
    columns = {name: [row[model] for model in models] for name, row in table.items()}
    taus = [
        weighted_tau(ensemble({other: column for other, column in columns.items() if other != name}), measured)
        for name, measured in columns.items()
    ]
    assert sum(taus) / len(taus) == pytest.approx(0.84, abs=0.005)
