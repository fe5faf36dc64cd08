"""The metrics of each task, as scikit-learn and SciPy define them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.meters import counted_figures, meters_of
from weighbridge.measure.runners.contract import Prediction
from weighbridge.measure.statistics import (
    Paired,
    bootstrapped,
    compare_right_answers,
    overlap_interval,
    paired_bootstrap,
    proportion_interval,
)
from weighbridge.measure.tasks import Task

Metric = Callable[[Any, Any], float]


def metrics_of(task: Task, classes: Sequence[Any]) -> dict[str, Metric]:
    """Return a task's metrics over truths and answers, the leading one first."""
    from scipy import stats
    from sklearn import metrics

    if task.is_classification:
        found: dict[str, Metric] = {
            "accuracy": metrics.accuracy_score,
            "f1 macro": lambda t, p: metrics.f1_score(t, p, average="macro", zero_division=0.0),
            "f1 weighted": lambda t, p: metrics.f1_score(t, p, average="weighted", zero_division=0.0),
        }
        if len(classes) == 2:
            found |= {"f1": lambda t, p: metrics.f1_score(t, p, pos_label=classes[1], zero_division=0.0)}
            found |= {"mcc": metrics.matthews_corrcoef}
        return found
    correlations: dict[str, Metric] = {
        "pearson": lambda t, p: float(stats.pearsonr(t, p).statistic),
        "spearman": lambda t, p: float(stats.spearmanr(t, p).statistic),
    }
    if task is not Task.TABULAR_REGRESSION:
        return correlations
    return {
        "r2": metrics.r2_score,
        "mae": metrics.mean_absolute_error,
        "rmse": metrics.root_mean_squared_error,
        **correlations,
    }


def answers_of(predictions: Sequence[Prediction], task: Task) -> list[Any]:
    """Return what is held against the truth: classes, numbers, texts, tags or counts."""
    return [prediction.answer(task.answer) for prediction in predictions]


def figures(
    task: Task,
    classes: Sequence[str],
    truths: Sequence[Any],
    answers: Sequence[Any],
    *,
    seed: int,
    about: MeasuredFigure,
) -> tuple[MeasuredFigure, ...]:
    """Return every metric with its uncertainty; `about` tells what the figures are of."""
    if task.is_counted:
        return counted_figures(task, truths, answers, seed=seed, resamples=_RESAMPLES, about=about)
    found = []
    if task.is_classification:  # numbers are compared faster than names, and a bootstrap compares them often
        numbers = {name: number for number, name in enumerate(classes)}
        truths, answers = [numbers[name] for name in truths], [numbers[name] for name in answers]
    for name, metric in metrics_of(task, range(len(classes))).items():
        value = quiet(metric, truths, answers)
        if value != value:  # no correlation where nothing varies
            continue
        found.append(with_uncertainty(name, metric, value, truths, answers, seed=seed, about=about))
    return tuple(found)


_RESAMPLES = 1000


def with_uncertainty(
    name: str, metric: Metric, value: float, truths: Sequence[Any], answers: Sequence[Any], *, seed: int, about: MeasuredFigure
) -> MeasuredFigure:  # fmt: skip
    """Return a metric's value as a figure with its intervals: of the proportion for accuracy and F1, else of the bootstrap."""
    figure = msgspec.structs.replace(about, metric=name, value=value, n=len(truths), seed=seed)
    if name == "accuracy":
        right = int(sum(t == a for t, a in zip(truths, answers, strict=True)))
        levels = tuple(proportion_interval(right, len(truths), level) for level in (0.95, 0.9))
        return msgspec.structs.replace(figure, intervals=levels)
    if name == "f1":
        return _with_overlap(figure, truths, answers)
    spread = bootstrapped(lambda t, a: quiet(metric, t, a), truths, answers, seed=seed, resamples=_RESAMPLES)
    return msgspec.structs.replace(figure, intervals=spread.intervals, standard_error=spread.standard_error)


def _with_overlap(figure: MeasuredFigure, truths: Sequence[Any], answers: Sequence[Any]) -> MeasuredFigure:
    """Give the F1 of class 1 the intervals that its Jaccard index has as a proportion of the relevant items."""
    pairs = list(zip(truths, answers, strict=True))
    hits, relevant = sum(t == a == 1 for t, a in pairs), sum(1 in pair for pair in pairs)
    if not relevant:
        return figure
    intervals = tuple(overlap_interval(hits, relevant, level) for level in (0.95, 0.9))
    return msgspec.structs.replace(figure, intervals=intervals, relevant=relevant)


def ahead(task: Task, truths: Sequence[Any], first: Sequence[Any], second: Sequence[Any], *, seed: int = 0) -> Paired:
    """Return how much higher the leading metric of the first answers is than that of the second, on the same items."""
    if task.is_counted:
        meter = meters_of(task)[0]
        return meter.compare(meter.rows(truths, first), meter.rows(truths, second), seed=seed)
    if task.is_classification:
        right = [[t == a for t, a in zip(truths, answers, strict=True)] for answers in (first, second)]
        return compare_right_answers(*right)
    metric = next(iter(metrics_of(task, ()).values()))
    return paired_bootstrap(lambda t, a: quiet(metric, t, a), truths, first, second, seed=seed)


def quiet(metric: Metric, truths: Any, answers: Any) -> float:
    """Return a metric's value; a sample without variation is no cause to warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(metric(truths, answers))


class Calibration(msgspec.Struct, frozen=True):
    """How far stated confidence is from the share of right answers, over ten equal bins, and the bins themselves."""

    error: float
    bins: tuple[tuple[float, float], ...]
    log_loss: float


def calibration(truths: Sequence[str], predictions: Sequence[Prediction], classes: Sequence[str]) -> Calibration | None:
    """Return the expected calibration error (Guo et al. 2017) where the model gives a score for every class, else None.

    It is the mean over the bins of scikit-learn's calibration curve, each weighted by its items.
    """
    import numpy as np
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import log_loss

    scores = [p.scores or {} for p in predictions]
    if not scores or not classes or any(set(held) != set(classes) for held in scores):
        return None
    sure = np.clip([max(held.values()) for held in scores], 0.0, 1.0)
    right = np.array([t == p.label for t, p in zip(truths, predictions, strict=True)])
    if not all(abs(sum(held.values()) - 1.0) < 1e-2 for held in scores):
        return None
    shares, means = calibration_curve(right, sure, n_bins=_BINS, pos_label=True)
    counts = np.histogram(np.minimum(sure, 1 - 1e-9), bins=_BINS, range=(0.0, 1.0))[0]
    weights = counts[counts > 0] / len(sure)
    error = float(np.abs(shares - means) @ weights) if len(weights) == len(shares) else float("nan")
    table = [[held[name] for name in classes] for held in scores]
    loss = log_loss(truths, np.array(table) / np.sum(table, axis=1, keepdims=True), labels=list(classes))
    return Calibration(error, tuple(zip(map(float, means), map(float, shares), strict=True)), float(loss))


_BINS = 10
