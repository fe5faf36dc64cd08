"""QU009: the card speaks of bias and risks."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    missing,
)

_MISSING = missing(
    "The card says nothing about bias.",
    remedy="Add a section on bias and risks: which groups, which data, what was measured.",
)
_WORDS = ("bias", "fairness", "ethical", "ethics", "risk", "responsible", "safety")
_PHRASES = ("biased", "bias", "stereotype", "fairness")


@check(code="QU009", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def bias_described(card: Card) -> Outcome:
    """The card speaks of bias and risks.

    What it asks: whether a section, or at least a sentence, is about bias, fairness or risks.
    Why it matters: a model repeats the slant of its data, for some people more than for others.
    Evidence: headings of the card with text below them; words such as "biased".
    Remedy: add a section on bias and risks: which groups, which data, what was measured.
    Limits: a sentence counts half, and may speak of another bias than this one.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING, _PHRASES)
