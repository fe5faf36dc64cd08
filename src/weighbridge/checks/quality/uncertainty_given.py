"""QU024: figures come with their uncertainty."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_NONE = not_applicable("No figures are reported whose uncertainty could be given.")
_MISSING = missing(
    "No figure comes with its uncertainty.",
    remedy="Give the number of items, a confidence interval, or the spread over seeds.",
)
_PHRASES = (
    "confidence interval",
    "standard deviation",
    "standard error",
    "error bar",
    "95% ci",
    "std. dev",
    "bootstrap",
    "stdev",
    "over 3 seeds",
    "over 5 seeds",
    "random seeds",
    "statistically significant",
    "±",
    "\\pm",
    "+/-",
)


@check(code="QU024", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.INFO)
def uncertainty_given(claims: PerformanceClaims, card: Card) -> Outcome:
    """Figures come with their uncertainty.

    What it asks: whether the card gives a confidence interval, a deviation or several seeds.
    Why it matters: differences smaller than the noise decide nothing.
    Evidence: "±" and words such as "confidence interval" in the card.
    Remedy: give the number of items, a confidence interval, or the spread over seeds.
    Limits: found by words; whether they stand beside the right figures is not told.
    Source: this project.
    """
    if not claims.claims:
        return _NONE
    line = card.mentions(*_PHRASES)
    return _MISSING if line is None else claimed("The card speaks of uncertainty.", at_line(card, line, f"line {line}"))
