from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from weighbridge.errors import UsageError
from weighbridge.measure import statistics


def test_wilson_and_exact_intervals_are_the_textbooks() -> None:
    # Newcombe 1998, table I: 81 of 263.
    wilson = statistics.proportion_interval(81, 263)
    exact = statistics.proportion_interval(81, 263, method="exact")
    assert (round(wilson.low, 4), round(wilson.high, 4)) == (0.2553, 0.3662)
    assert (round(exact.low, 4), round(exact.high, 4)) == (0.2527, 0.3676)


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, 0), (1, 2**63)])
def test_what_is_no_proportion_is_told(count: int, n: int) -> None:
    with pytest.raises(UsageError, match="no proportion"):
        statistics.proportion_interval(count, n)


def test_the_bootstrap_of_an_accuracy_agrees_with_its_known_error() -> None:
    right = np.repeat([1.0, 0.0], [450, 50])
    spread = statistics.bootstrapped(np.mean, right, seed=1)
    assert spread.standard_error == pytest.approx((0.9 * 0.1 / 500) ** 0.5, rel=0.1)
    assert [interval.method for interval in spread.intervals] == ["bca", "bca"]
    assert spread.intervals[0].low < spread.intervals[1].low < 0.9 < spread.intervals[1].high


def test_the_bootstrap_takes_labels_of_any_kind_and_repeats_itself() -> None:
    truths = ["cat", "dog", "bird"] * 40
    predicted = ["cat", "dog", "dog"] * 40

    def macro(one: list[str], other: list[str]) -> float:
        return float(f1_score(one, other, average="macro", zero_division=0))

    first = statistics.bootstrapped(macro, truths, predicted, seed=7, resamples=200)
    assert first == statistics.bootstrapped(macro, truths, predicted, seed=7, resamples=200)
    assert macro(truths, predicted) in first.intervals[0]


def test_without_spread_the_interval_is_a_point_and_says_how_it_was_found() -> None:
    spread = statistics.bootstrapped(np.mean, [1.0] * 30)
    assert spread.standard_error == 0
    assert spread.intervals[0].method == "percentile"


def test_columns_that_cannot_be_paired_are_told() -> None:
    with pytest.raises(UsageError, match="different lengths"):
        statistics.bootstrapped(np.mean, [1, 2], [1])
    with pytest.raises(UsageError, match="at least two items"):
        statistics.bootstrapped(np.mean, [1])


def test_mcnemar_is_the_exact_binomial_test_of_the_items_that_tell_apart() -> None:
    first = [True] * 30 + [False] * 5 + [True] * 65
    second = [False] * 30 + [True] * 5 + [True] * 65
    found = statistics.compare_right_answers(first, second)
    assert found.p_value == pytest.approx(stats.binomtest(5, 35, 0.5).pvalue)
    assert found.difference == pytest.approx(0.25)
    assert 0 not in found.interval


def test_two_models_that_answer_alike_do_not_differ() -> None:
    assert statistics.compare_right_answers([True, False], [True, False]).p_value == 1.0


def test_the_paired_bootstrap_sees_what_separate_intervals_hide() -> None:
    generator = np.random.default_rng(3)
    truths = generator.integers(0, 2, 400)
    one = np.where(generator.random(400) < 0.8, truths, 1 - truths)
    other = np.where(np.arange(400) % 25 == 0, 1 - truths, one)
    found = statistics.paired_bootstrap(lambda a, b: float((a == b).mean()), truths, one, other)
    alone = statistics.bootstrapped(lambda a, b: float((a == b).mean()), truths, one)
    assert 0 < found.p_value < 0.01
    assert found.interval.high - found.interval.low < alone.intervals[0].high - alone.intervals[0].low


def test_holm_multiplies_the_smallest_by_the_number_of_tests() -> None:
    assert statistics.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert statistics.holm([]) == []


def test_the_interval_of_an_f1_is_that_of_its_jaccard_index() -> None:
    found, share = statistics.overlap_interval(255, 345), statistics.proportion_interval(255, 345)
    assert found.low == pytest.approx(2 * share.low / (1 + share.low))
    assert 2 * 255 / 600 in found
    assert statistics.overlap_interval(0, 10).low == 0.0
    assert statistics.overlap_interval(10, 10).high == pytest.approx(1.0)
