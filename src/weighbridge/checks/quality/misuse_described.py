"""QU008: the card says what the model must not be used for."""

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
    "The card does not say what the model must not be used for.", remedy="Add a section on out-of-scope use."
)
_WORDS = (
    "out-of-scope",
    "out of scope",
    "misuse",
    "prohibited",
    "not intended",
    "unintended",
    "acceptable use",
    "malicious use",
    "restrictions",
)
_PHRASES = (
    "out-of-scope",
    "out of scope",
    "should not be used",
    "must not be used",
    "not intended for",
    "not be used for",
    "not to be used",
    "not suitable for",
)


@check(code="QU008", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def misuse_described(card: Card) -> Outcome:
    """The card says what the model must not be used for.

    What it asks: whether a section, or at least a sentence, is about use that is out of scope.
    Why it matters: it draws the line between what the publisher stands for and what the user answers for alone.
    Evidence: headings of the card with text below them; phrases such as "should not be used".
    Remedy: add a section on out-of-scope use.
    Limits: a sentence counts half.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING, _PHRASES)
