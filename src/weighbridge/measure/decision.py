"""How much a measured value says about a claimed one: four kinds of evidence, one interface.

A `Proportion` is judged by the exact binomial distribution, or the hypergeometric one where the items are a part of the very set
that was claimed on; an `Overlap`, the F1 of one class, by the same distribution; a `Spread` by its bootstrap intervals; `Repeated` items, the whole set of the claim, by arithmetic alone.
"""

from __future__ import annotations

import math
from typing import Protocol

import msgspec
from scipy import stats

# More items than that are nobody's test set.
NEEDED_LIMIT = 10_000_000


class Decision(Protocol):
    """What can be asked of evidence; `low` and `high` are the claim's rounding as an interval."""

    def differs(self, low: float, high: float) -> float:
        """Return the two-sided p-value of "the true value lies in the claim's interval"."""

    def equivalent(self, low: float, high: float, margin: float) -> float:
        """Return the p-value of "the true value is further than the margin from the claim" (two one-sided tests)."""

    def power(self, low: float, high: float, difference: float, alpha: float) -> float:
        """Return the chance to contradict the claim where the true value lies that far from it."""

    def resized(self, n: int) -> Decision:
        """Return the same evidence from another number of items."""


class Repeated(msgspec.Struct, frozen=True):
    """A value on all items of the claim's own test set: nothing was sampled, so that a difference is a difference."""

    value: float

    def differs(self, low: float, high: float) -> float:
        """1 inside the claim's rounding, else 0."""
        return float(low - _SLACK <= self.value <= high + _SLACK)

    def equivalent(self, low: float, high: float, margin: float) -> float:
        """0 within the margin, else 1."""
        return float(not low - margin - _SLACK <= self.value <= high + margin + _SLACK)

    def power(self, low: float, high: float, difference: float, alpha: float) -> float:  # noqa: ARG002
        """Any difference is noticed."""
        return 1.0

    def resized(self, n: int) -> Repeated:  # noqa: ARG002
        """There are no more items than all."""
        return self


class Proportion(msgspec.Struct, frozen=True):
    """So many right answers of `n`; of a set of `population` items where the items are drawn from the claim's own set."""

    count: int
    n: int
    population: int | None = None

    def differs(self, low: float, high: float) -> float:
        """Return twice the smaller tail of the exact test."""
        return min(1.0, 2 * min(self._at_most(self.count, low), self._at_least(self.count, high)))

    def equivalent(self, low: float, high: float, margin: float) -> float:
        """Return the larger of two one-sided exact tests (Schuirmann 1987); no proportion lies beyond 0 or 1."""
        not_lower = self._at_least(self.count, low - margin) if low - margin > 0 else 0.0
        not_higher = self._at_most(self.count, high + margin) if high + margin < 1 else 0.0
        return max(not_lower, not_higher)

    def power(self, low: float, high: float, difference: float, alpha: float) -> float:
        """Return the exact power at the true value `difference` from the claim's middle."""
        true = min(1.0, max(0.0, (low + high) / 2 + difference))
        # Counts up to `under` and from `over` on contradict: the quantiles, put right where a count carries too much.
        under = int(self._law.ppf(alpha / 2, *self._shape(low)))
        under -= self._at_most(under, low) > alpha / 2
        over = int(self._law.isf(alpha / 2, *self._shape(high))) + 1
        return self._at_most(under, true) + self._at_least(over, true)

    def resized(self, n: int) -> Proportion:
        """Return the same share of another number of items, of a population without end."""
        return Proportion(round(self.count / self.n * n), n)

    def _at_most(self, count: int, share: float) -> float:
        return float(self._law.cdf(count, *self._shape(share)))

    def _at_least(self, count: int, share: float) -> float:
        return float(self._law.sf(count - 1, *self._shape(share)))

    @property
    def _law(self) -> stats.rv_discrete:
        return stats.binom if self.population is None else stats.hypergeom

    def _shape(self, share: float) -> tuple[float, ...]:
        share = min(1.0, max(0.0, share))
        if self.population is None:
            return (self.n, share)
        return (self.population, round(share * self.population), self.n)


class Overlap(msgspec.Struct, frozen=True):
    """The F1 of one class: `hits` of the `relevant` items, those that are of the class or were said to be.

    F1 = 2 J / (1 + J) with J = hits / relevant, a proportion, so that the exact binomial test of J is one of F1
    (Lam, Gopal and Qian 2023). `n` counts all items.
    """

    hits: int
    relevant: int
    n: int

    @property
    def value(self) -> float:
        """The F1."""
        return 2 * self.hits / (self.relevant + self.hits)

    def differs(self, low: float, high: float) -> float:
        """Return twice the smaller tail of the exact test."""
        return self._share.differs(jaccard(low), jaccard(high))

    def equivalent(self, low: float, high: float, margin: float) -> float:
        """Return the larger of two one-sided exact tests."""
        return self._share.equivalent(jaccard(low - margin), jaccard(high + margin), 0.0)

    def power(self, low: float, high: float, difference: float, alpha: float) -> float:
        """Return the exact power, for as many relevant items as there were."""
        under, over, true = jaccard(low), jaccard(high), jaccard((low + high) / 2 + difference)
        return self._share.power(under, over, true - (under + over) / 2, alpha)

    def resized(self, n: int) -> Overlap:
        """Return the same shares of another number of items."""
        relevant = max(1, round(self.relevant / self.n * n))
        return Overlap(round(self.hits / self.relevant * relevant), relevant, n)

    @property
    def _share(self) -> Proportion:
        return Proportion(self.hits, self.relevant)


def jaccard(f1: float) -> float:
    """Return the Jaccard index that belongs to an F1; both go from 0 to 1."""
    f1 = min(1.0, max(0.0, f1))
    return f1 / (2 - f1)


class Spread(msgspec.Struct, frozen=True):
    """A value with standard errors below and above it, which its 95 % interval gives: 1.96 of each reach the interval's ends."""

    value: float
    below: float
    above: float
    n: int | None = None

    def differs(self, low: float, high: float) -> float:
        """Return the two-sided p-value; below 0.05 exactly where the claim lies outside the 95 % interval."""
        if low <= self.value <= high:
            return 1.0
        distance = self.value - high if self.value > high else low - self.value
        return 2 * _tail(distance, self.below if self.value > high else self.above)

    def equivalent(self, low: float, high: float, margin: float) -> float:
        """Return the larger of two one-sided tests."""
        return max(_tail(self.value - (low - margin), self.below), _tail(high + margin - self.value, self.above))

    def power(self, low: float, high: float, difference: float, alpha: float) -> float:
        """Return the power of the two-sided test with the mean of both errors."""
        error, half = (self.below + self.above) / 2, (high - low) / 2
        reach = float(stats.norm.isf(alpha / 2))
        if error <= 0:
            return float(abs(difference) > half)
        return _above(reach - (difference - half) / error) + _above(reach + (difference + half) / error)

    def resized(self, n: int) -> Spread:
        """Return the same value with errors that shrink by the root of the number of items."""
        shrunk = math.sqrt(self.n / n) if self.n else 1.0
        return Spread(self.value, self.below * shrunk, self.above * shrunk, n)


_SLACK = 1e-9


def items_needed(
    evidence: Decision, n: int, low: float, high: float, margin: float, *, alpha: float, power: float
) -> int | None:
    """Return how many items would decide, if the true value were the measured one; None where no number would.

    Far from the claim: to contradict it with that power. Within the margin: to show the equivalence.
    """

    def decides(items: int) -> bool:
        larger = evidence.resized(items)
        value = larger.count / larger.n if isinstance(larger, Proportion) else getattr(larger, "value", 0.0)
        if larger.power(low, high, value - (low + high) / 2, alpha) >= power:
            return True
        # Equivalence holds with that power where it holds for values the power's quantile nearer to either limit.
        return larger.equivalent(low, high, margin) <= float(
            stats.norm.sf(stats.norm.isf(alpha) + stats.norm.isf(1 - power))
        )

    reach = n
    while not decides(reach):
        reach *= 2
        if reach > NEEDED_LIMIT:
            return None
    under = reach // 2
    while under + 1 < reach:
        middle = (under + reach) // 2
        under, reach = (under, middle) if decides(middle) else (middle, reach)
    return max(reach, n)


def _tail(distance: float, error: float) -> float:
    if error <= 0:
        return float(distance < 0)
    return _above(distance / error)


def _above(score: float) -> float:
    return float(stats.norm.sf(score))
