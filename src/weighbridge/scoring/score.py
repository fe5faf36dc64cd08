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
        own = SEVERITY_WEIGHTS[verdict.severity]
        return self.checks.get(verdict.code, own) if self.checks else own

    def of_factors(self, attribute: Attribute) -> Mapping[Factor, float]:
        """Return the weights of an attribute's factors."""
        weights = FACTOR_WEIGHTS[attribute]
        if not self.factors:
            return weights
        return {factor: self.factors.get(f"{attribute}.{factor}", weight) for factor, weight in weights.items()}


def score_all(verdicts: Iterable[Verdict], weighting: Weighting | None = None) -> tuple[Score, ...]:
    """Return one score an attribute, in the order of `Attribute`."""
    by_attribute: dict[Attribute, list[Verdict]] = {attribute: [] for attribute in Attribute}
    for verdict in verdicts:
        by_attribute[verdict.attribute].append(verdict)
    return tuple(score(attribute, found, weighting or Weighting()) for attribute, found in by_attribute.items())


def score(attribute: Attribute, verdicts: list[Verdict], weighting: Weighting) -> Score:
    """Return the score of one attribute from its verdicts."""
    decisive = _decisive(verdicts)
    shares = _shares(weighting.of_factors(attribute), verdicts, weighting)
    if not shares:
        return Score(attribute, value=None, coverage=0.0, best=None)
    earned = open_share = 0.0
    contributions = []
    for verdict in decisive:
        if share := shares.get(verdict.code):
            points = share * value_of(verdict)
            earned += points
            open_share += share if verdict.state is State.UNKNOWN else 0.0
            contributions.append(Contribution(verdict.code, verdict.state, round(points, 4), round(share, 4)))
    (certain_cap, _), (cap, capped_by) = _caps(verdicts, weighting)
    return Score(
        attribute,
        value=round(min(earned, cap), 1),
        coverage=round(max(0.0, 1 - open_share / 100), 4),
        best=round(min(earned + open_share, certain_cap), 1),
        cap=cap if earned > cap else None,
        capped_by=capped_by if earned > cap else "",
        contributions=tuple(contributions),
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


def _shares(
    factor_weights: Mapping[Factor, float], verdicts: list[Verdict], weighting: Weighting
) -> Mapping[str, float]:
    """Map each check's code to the points, out of 100, that it can earn.

    A check weighs as much as its gravest subject, so that a softer finding beside it takes no weight away.
    """
    factors: dict[Factor, dict[str, float]] = {}
    for verdict in verdicts:
        weight = weighting.of_check(verdict)
        applies = verdict.state is not State.NOT_APPLICABLE
        if applies and weight > 0 and factor_weights.get(verdict.factor, 0.0) > 0:
            held = factors.setdefault(verdict.factor, {})
            held[verdict.code] = max(weight, held.get(verdict.code, 0.0))
    total = sum([factor_weights[factor] for factor in factors])
    shares: dict[str, float] = {}
    for factor, checks in factors.items():
        scale = 100 * factor_weights[factor] / total / sum(checks.values())
        for code, weight in checks.items():
            shares[code] = scale * weight
    return shares


def _caps(verdicts: Iterable[Verdict], weighting: Weighting) -> tuple[tuple[float, str], tuple[float, str]]:
    """Return the lowest cap set by a contradiction, and by that or an open question, each with the check that sets it.

    Every subject counts, not only the decisive one: the worst verdict of a check may hide a graver severity.
    """
    certain = either = (100.0, "")
    for verdict in verdicts:
        if verdict.severity in CAPS and verdict.state in _CAPPING and not verdict.waived:
            found = (CAPS[verdict.severity], verdict.code)
            if weighting.of_check(verdict) > 0:
                either = min(either, found)
                certain = min(certain, found) if verdict.state is State.CONTRADICTED else certain
    return certain, either


_CAPPING = (State.CONTRADICTED, State.UNKNOWN)
