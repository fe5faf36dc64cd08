"""PV038: the claimed shares can come from the number of test items."""

from __future__ import annotations

import math

from weighbridge.checks.contract import check
from weighbridge.facts.checkability import is_share_of_items, items_behind
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims
from weighbridge.facts.metrics import metric_of
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable(
    "No figure is a share of a known number of items, precise enough that some values are impossible."
)


@check(code="PV038", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.LOW)
def percentages_possible(claims: PerformanceClaims) -> Outcome:
    """The claimed shares can come from the number of test items.

    What it asks: whether some whole number of right answers gives the claimed accuracy, exact match or error rate, rounded or cut
        off as it is written.
    Why it matters: of 872 items 93.00 % cannot be right; such a figure was measured on other items, averaged, or mistyped.
    Evidence: the figure with its digits; the number of items beside it, or of the well-known test split that it names.
    Remedy: give the number of items beside the figure, or say what was averaged.
    Limits: averages over runs or languages look the same, and items may have been left out; so the confidence is low.
    Source: Brown and Heathers, The GRIM Test, 2017; the sizes are those on the data sets' own pages.
    """
    judged = 0
    for claim in claims.all:
        n = items_behind(claim)
        metric = metric_of(claim.metric)
        if n is None or metric is None or not is_share_of_items(claim, metric) or "±" in claim.text:
            continue
        step = 10.0**-claim.decimals * (1 if _is_fraction(claim) else 0.01)
        if 1.5 * step * n >= 1 or not 0 <= claim.value <= 100:  # so coarse that every value can be had
            continue
        judged += 1
        if not _is_possible(claim, n, step):
            return _impossible(claim, n)
    return verified(f"{judged} shares can come from their numbers of items.") if judged else _NONE


def _is_fraction(claim: PerformanceClaim) -> bool:
    return claim.unit != "%" and claim.value <= 1


def _is_possible(claim: PerformanceClaim, n: int, step: float) -> bool:
    """Whether a count lies within one step of the last digit: rounding and cutting off are both usual."""
    share = claim.value * (1 if _is_fraction(claim) else 0.01)
    low, high = (share - 0.5001 * step) * n, (share + 1.0001 * step) * n
    return math.floor(high) >= math.ceil(max(0.0, low))


def _impossible(claim: PerformanceClaim, n: int) -> Outcome:
    share = claim.value * (1 if _is_fraction(claim) else 0.01)
    nearest = sorted({math.floor(share * n), math.ceil(share * n)})
    told = " or ".join(f"{count:,} right make {100 * count / n:.{claim.decimals + 1}f} %" for count in nearest)
    return contradicted(
        f"{claim.metric} {claim.text} cannot come from {n:,} items: {told}.",
        Evidence(f"{n:,} items"),
        claim=Claim(f"{claim.metric} {claim.text}", claim.where),
        remedy="Give the number of items beside the figure, or say what was averaged.",
        confidence=Confidence.LOW,
    )
