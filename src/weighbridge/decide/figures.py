"""Predictions as figures with intervals, and how two differ on the same items."""

from __future__ import annotations

from typing import Any

from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import (
    Paired,
    bootstrapped,
    compare_right_answers,
    paired_bootstrap,
    proportion_interval,
)


def figure(metric: str, truths: Any, predicted: Any, *, split: str, seed: int = 0) -> MeasuredFigure:
    """Return a metric's value on items, with its interval."""
    n = len(truths)
    if metric == "accuracy":
        right = int((truths == predicted).sum())
        return MeasuredFigure(metric, right / n, n, (proportion_interval(right, n),), split=split, seed=seed)
    spread = bootstrapped(f1_macro, truths, predicted, seed=seed)
    return MeasuredFigure(
        metric, f1_macro(truths, predicted), n, spread.intervals, spread.standard_error, split=split, seed=seed
    )


def difference(metric: str, truths: Any, one: Any, other: Any, seed: int = 0) -> Paired:
    """Return how much better the first is than the second on the same items."""
    if metric == "accuracy":
        return compare_right_answers((one == truths).tolist(), (other == truths).tolist())
    return paired_bootstrap(f1_macro, truths, one, other, seed=seed)


def f1_macro(truths: Any, predicted: Any) -> float:
    """Return the mean over classes of F1."""
    from sklearn.metrics import f1_score

    return float(f1_score(truths, predicted, average="macro", zero_division=0))
