"""Verdicts to scores.

For one attribute, with factors f of weight W(f) and checks c in f of weight w(c):

    score = 100 * sum over f of W(f) * (sum over c in f of w(c) * v(c)) / (sum over c in f of w(c))  /  sum over f of
    W(f)

where v is 1 for verified (or its grade), 0.5 for claimed (or half its grade), and 0 for missing, contradicted and
unknown. A check that does not apply leaves both sums; so does a factor whose checks all do not apply. The score is
then held under the cap of every grave contradiction and every grave unknown, so that not looking never raises a
score. Coverage is the share of the weight whose verdict is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from weighbridge.model import Attribute, Contribution, Factor, Score, State, Verdict
from weighbridge.scoring.weights import CAPS, FACTOR_WEIGHTS, SEVERITY_WEIGHTS

_CLAIMED = 0.5


class Weighting(msgspec.Struct, frozen=True):
    """Overrides of the weights: of a check by its code, of a factor by `attribute.factor`."""

    checks: dict[str, float] = {}
    factors: dict[str, float] = {}

    def of_check(self, verdict: Verdict) -> float:
        """Return the weight of a verdict's check within its factor."""
        return self.checks.get(verdict.code, SEVERITY_WEIGHTS[verdict.severity])

    def of_factor(self, attribute: Attribute, factor: Factor) -> float:
        """Return the weight of a factor within its attribute."""
        return self.factors.get(f"{attribute}.{factor}", FACTOR_WEIGHTS[attribute].get(factor, 0.0))


def score_all(verdicts: Iterable[Verdict], weighting: Weighting | None = None) -> tuple[Score, ...]:
    """Return one score an attribute, in the order of `Attribute`."""
    by_attribute: dict[Attribute, list[Verdict]] = {attribute: [] for attribute in Attribute}
    for verdict in verdicts:
        by_attribute[verdict.attribute].append(verdict)
    return tuple(score(attribute, found, weighting or Weighting()) for attribute, found in by_attribute.items())


def score(attribute: Attribute, verdicts: list[Verdict], weighting: Weighting) -> Score:
    """Return the score of one attribute from its verdicts."""
    decisive = _decisive(verdicts)
    shares = _shares(attribute, decisive, weighting)
    if not shares:
        return Score(attribute, value=None, coverage=0.0, best=None)
    contributions = tuple(
        Contribution(v.code, v.state, round(shares[v.code] * value_of(v), 4), round(shares[v.code], 4))
        for v in decisive
        if v.code in shares
    )
    earned = sum(shares[v.code] * value_of(v) for v in decisive if v.code in shares)
    open_share = sum(shares[v.code] for v in decisive if v.code in shares and v.state is State.UNKNOWN)
    cap, capped_by = _cap(verdicts, {State.CONTRADICTED, State.UNKNOWN}, weighting)
    certain_cap, _ = _cap(verdicts, {State.CONTRADICTED}, weighting)
    return Score(
        attribute,
        value=round(min(earned, cap), 1),
        coverage=round(max(0.0, 1 - open_share / 100), 4),
        best=round(min(earned + open_share, certain_cap), 1),
        cap=cap if earned > cap else None,
        capped_by=capped_by if earned > cap else "",
        contributions=contributions,
    )


def value_of(verdict: Verdict) -> float:
    """Return what a verdict is worth, 0 to 1. A waived contradiction stays worth nothing: it is accepted, not gone."""
    grade = 1.0 if verdict.grade is None else verdict.grade
    if verdict.state is State.VERIFIED:
        return grade
    return _CLAIMED * grade if verdict.state is State.CLAIMED else 0.0


def _decisive(verdicts: list[Verdict]) -> list[Verdict]:
    """Keep the worst verdict of each check: a check with many subjects counts once."""
    worst: dict[str, Verdict] = {}
    for verdict in verdicts:
        if verdict.state is State.NOT_APPLICABLE:
            continue
        held = worst.get(verdict.code)
        if held is None or _badness(verdict) > _badness(held):
            worst[verdict.code] = verdict
    return list(worst.values())


_ORDER = (State.VERIFIED, State.CLAIMED, State.MISSING, State.UNKNOWN, State.CONTRADICTED)


def _badness(verdict: Verdict) -> tuple[int, int, bool, float]:
    return _ORDER.index(verdict.state), verdict.severity, verdict.is_alarm, -value_of(verdict)


def _shares(attribute: Attribute, verdicts: list[Verdict], weighting: Weighting) -> Mapping[str, float]:
    """Map each check's code to the points, out of 100, that it can earn."""
    factors: dict[Factor, dict[str, float]] = {}
    for verdict in verdicts:
        weight = weighting.of_check(verdict)
        if weight > 0 and weighting.of_factor(attribute, verdict.factor) > 0:
            factors.setdefault(verdict.factor, {})[verdict.code] = weight
    total = sum(weighting.of_factor(attribute, factor) for factor in factors)
    return {
        code: 100 * weighting.of_factor(attribute, factor) / total * weight / sum(checks.values())
        for factor, checks in factors.items()
        for code, weight in checks.items()
    }


def _cap(verdicts: Iterable[Verdict], states: set[State], weighting: Weighting) -> tuple[float, str]:
    """Return the lowest cap and the check that sets it; of every subject, for the worst one may hide another's."""
    caps = [
        (CAPS.get(v.severity, 100.0), v.code)
        for v in verdicts
        if v.state in states and not v.waived and weighting.of_check(v) > 0
    ]
    return min(caps, default=(100.0, ""))
