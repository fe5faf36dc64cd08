"""The statistics of measured figures: intervals, tests, equivalence, power. All of them are SciPy's and statsmodels'.

What each is for, and where it comes from, is told in `docs/claims-and-statistics.md`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from weighbridge.errors import UsageError
from weighbridge.measure.figure import Interval

RESAMPLES = 2000
# The jackknife behind BCa runs the metric once an item; with more items the percentile interval is as good.
BCA_ITEMS = 2000
ITEM_LIMIT = 100_000_000
LEVELS = (0.95, 0.9)
# Below this p-value, a difference is beyond chance.
CHANCE = 0.05

Statistic = Callable[..., float]


class Spread(msgspec.Struct, frozen=True):
    """A figure's uncertainty over the choice of items."""

    standard_error: float
    intervals: tuple[Interval, ...]


class Paired(msgspec.Struct, frozen=True):
    """How two models differ on the same items: first minus second, its interval, and the two-sided p-value."""

    difference: float
    interval: Interval
    p_value: float
    method: str


def proportion_interval(count: int, n: int, level: float = 0.95, method: str = "wilson") -> Interval:
    """Return the interval of a proportion: Wilson's (1927), or with `exact` that of Clopper and Pearson (1934)."""
    _require_count(count, n)
    low, high = proportion_confint(count, n, alpha=1 - level, method="beta" if method == "exact" else method)
    return Interval(float(low), float(high), level, method)


def overlap_interval(hits: int, relevant: int, level: float = 0.95) -> Interval:
    """Return the interval of an F1 of one class: Wilson's, of the Jaccard index (Lam, Gopal and Qian 2023)."""
    share = proportion_interval(hits, relevant, level)
    return Interval(2 * share.low / (1 + share.low), 2 * share.high / (1 + share.high), level, "wilson")


def bootstrapped(statistic: Statistic, *columns: Sequence[Any], seed: int = 0, resamples: int = RESAMPLES) -> Spread:
    """Return a statistic's spread over bootstrap samples of the items, BCa (Efron 1987) where that can be had.

    `columns` are one or more sequences with one entry an item (true labels, predictions), resampled together. The
    percentile interval takes BCa's place for many items, and where a jackknife without spread leaves BCa undefined.
    """
    arrays = [np.asarray(column) for column in columns]
    _require_items(arrays)

    def chosen(items: Any) -> float:
        return float(statistic(*(array[items] for array in arrays)))

    return _spread(chosen, len(arrays[0]), seed, resamples)[0]


def paired_bootstrap(
    statistic: Statistic, truths: Sequence[Any], first: Sequence[Any], second: Sequence[Any], *, seed: int = 0
) -> Paired:
    """Compare two models' metric on the same items (Efron and Tibshirani 1993, chapter 16; Koehn 2004)."""
    truth, one, other = arrays = [np.asarray(column) for column in (truths, first, second)]
    _require_items(arrays)

    def difference(items: Any) -> float:
        return float(statistic(truth[items], one[items])) - float(statistic(truth[items], other[items]))

    spread, drawn = _spread(difference, len(truth), seed, RESAMPLES)
    # Both tails, with the observed sample counted in, so that the p-value is never 0.
    tail = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    p_value = min(1.0, 2 * (tail + 1) / (len(drawn) + 1))
    return Paired(difference(np.arange(len(truth))), spread.intervals[0], p_value, "paired bootstrap")


def compare_right_answers(first: Sequence[bool], second: Sequence[bool]) -> Paired:
    """Compare two models' accuracy on the same items by McNemar's test (1947), exact where few items tell them apart."""
    one, other = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    _require_items([one, other])
    table = [
        [int((one & other).sum()), int((one & ~other).sum())],
        [int((~one & other).sum()), int((~one & ~other).sum())],
    ]
    only_one, only_other, n = table[0][1], table[1][0], len(one)
    result = mcnemar(table, exact=only_one + only_other < 1000, correction=True)
    difference = (only_one - only_other) / n
    # Newcombe 1998, method 1: the spread of a difference of paired proportions.
    error = math.sqrt(max(0.0, only_one + only_other - (only_one - only_other) ** 2 / n)) / n
    reach = float(stats.norm.ppf(0.975)) * error
    p_value = float(result.pvalue) if only_one + only_other else 1.0
    return Paired(difference, Interval(difference - reach, difference + reach, 0.95, "normal"), p_value, "McNemar")


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values corrected for their number (Holm 1979)."""
    if len(p_values) < 2:
        return list(p_values)
    return [float(p) for p in multipletests(p_values, method="holm")[1]]


def _spread(statistic: Callable[[Any], float], n: int, seed: int, resamples: int) -> tuple[Spread, Any]:
    """Return a statistic's spread over samples of the items' numbers, and its values on those samples."""
    method = "BCa" if n <= BCA_ITEMS else "percentile"
    result, intervals = None, []
    for level in LEVELS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where BCa is undefined; the percentile interval follows then
            result = stats.bootstrap(
                (np.arange(n),), statistic, vectorized=False, n_resamples=0 if result else resamples,
                confidence_level=level, method=method, bootstrap_result=result, rng=np.random.default_rng(seed),
            )  # fmt: skip
        drawn = result.bootstrap_distribution
        low, high, used = float(result.confidence_interval.low), float(result.confidence_interval.high), method.lower()
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
            used = "percentile"
        intervals.append(Interval(float(low), float(high), level, used))
    return Spread(float(np.nanstd(drawn, ddof=1)), tuple(intervals)), drawn


def _require_items(arrays: list[Any]) -> None:
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1:
        raise UsageError(f"columns of different lengths cannot be paired: {sorted(lengths)}")
    if lengths.pop() < 2:
        raise UsageError("a spread needs at least two items", hint="Give more data.")


def _require_count(count: int, n: int) -> None:
    if not 0 < n <= ITEM_LIMIT or not 0 <= count <= n:
        raise UsageError(f"{count} of {n} is no proportion")
