"""From scores to a ranking: an ensemble of estimators, and how stable a score is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weighbridge.decide.transferability.contract import Estimator, Sample

_DRAWS = 8
_SHARE = 0.7


def ensemble(scores: Mapping[str, Sequence[float]]) -> list[float]:
    """Return one score a candidate from several estimators': the mean of its ranks, from 0 (worst) to 1 (best).

    Ranks and not values, since the estimators' scales have nothing in common; ties share their rank.
    """
    import numpy as np
    from scipy.stats import rankdata

    columns = [rankdata(column) for column in scores.values()]
    count = len(columns[0]) if columns else 0
    if count < 2:
        return [1.0] * count
    return [float(value) for value in (np.mean(columns, axis=0) - 1) / (count - 1)]


def spread(estimator: Estimator, sample: Sample, draws: int = _DRAWS) -> tuple[float, float]:
    """Return the least and the greatest score over stratified draws, without replacement, of seven tenths of the items.

    Without replacement: an item drawn twice would be its own neighbour, and held out from itself.
    """
    scores = [estimator(sample.only(chosen)) for chosen in _draws(sample, draws)]
    return min(scores), max(scores)


def _draws(sample: Sample, draws: int) -> list[Any]:
    import numpy as np

    generator, chosen = np.random.default_rng(sample.seed), []
    for _ in range(draws):
        parts = [generator.permutation(np.flatnonzero(sample.labels == c)) for c in range(sample.classes)]
        chosen.append(np.sort(np.concatenate([part[: max(1, round(len(part) * _SHARE))] for part in parts])))
    return chosen
