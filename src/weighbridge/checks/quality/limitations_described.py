"""QU007: the card says where the model fails."""

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
    "The card does not say where the model fails.",
    remedy="Add a section on the limitations: where it fails, and for whom.",
)
_WORDS = ("limitation", "caveat", "known issue", "known problem", "weakness", "shortcoming", "drawback", "constraints")
_PHRASES = (
    "known limitation",
    "limitation of",
    "limitations of",
    "limitations include",
    "limitations:",
    "limitations are",
    "limitation is",
    "has limitation",
    "have limitation",
    "some limitation",
    "its limitation",
    "one limitation",
    "main limitation",
    "a limitation",
    "is limited to",
    "may not work",
    "does not work well",
    "performs poorly",
    "may not perform",
    "may hallucinate",
)


@check(code="QU007", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def limitations_described(card: Card) -> Outcome:
    """The card says where the model fails.

    What it asks: whether a section, or at least a sentence, is about limitations.
    Why it matters: whoever wrote the model knows its faults best; a reuser finds them in production.
    Evidence: headings of the card with text below them; phrases about limits.
    Remedy: add a section on the limitations: where it fails, and for whom.
    Limits: a sentence counts half; what it says is not judged.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING, _PHRASES)
