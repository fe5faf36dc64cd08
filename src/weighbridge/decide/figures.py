"""Predictions as figures with intervals, and how two differ on the same items."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.record import Conversion
from weighbridge.decide.task import METRICS
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.metrics import Metric, metrics_of, quiet, with_uncertainty
from weighbridge.measure.statistics import CHANCE, Paired, compare_right_answers, paired_bootstrap
from weighbridge.measure.tasks import Task


def figure(metric: str, truths: Any, predicted: Any, *, split: str, seed: int = 0) -> MeasuredFigure:
    """Return a metric's value on items, with its interval."""
    compute = _metric(metric)
    about = MeasuredFigure(metric, 0.0, split=split)
    value = quiet(compute, truths, predicted)
    return with_uncertainty(METRICS[metric], compute, value, truths, predicted, seed=seed, about=about)


def difference(metric: str, truths: Any, one: Any, other: Any, seed: int = 0) -> Paired:
    """Return how much better the first is than the second on the same items."""
    if metric == "accuracy":
        return compare_right_answers((one == truths).tolist(), (other == truths).tolist())
    compute = _metric(metric)
    return paired_bootstrap(lambda t, a: quiet(compute, t, a), truths, one, other, seed=seed)


def _metric(name: str) -> Metric:
    # Whether items are texts or rows, their classes are judged alike.
    return metrics_of(Task.TEXT_CLASSIFICATION, ())[METRICS[name]]


def keeps_up(form: Conversion, margin: float) -> bool:
    """Tell whether a form loses no more than the margin against what it was made from, and nothing beyond chance."""
    loss = form.loss
    return loss is not None and loss.value >= -margin and not (loss.value < 0 and loss.p_value < CHANCE)
