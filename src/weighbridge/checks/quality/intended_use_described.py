"""QU006: the card says what the model is meant for."""

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
    "The card does not say what the model is meant for.",
    remedy="Add a section on the intended use: who, for what, on which input.",
)
_WORDS = (
    "intended use",
    "intended usage",
    "direct use",
    "uses",
    "use case",
    "primary use",
    "intended",
    "purpose",
    "applications",
    "what is it for",
)
_PHRASES = (
    "intended for",
    "intended to be used",
    "model can be used for",
    "models can be used for",
    "it can be used for",
    "they can be used for",
    "this can be used for",
    "which can be used for",
    "embeddings can be used for",
    "is designed for",
    "is designed to",
    "intended to",
)


@check(code="QU006", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def intended_use_described(card: Card) -> Outcome:
    """The card says what the model is meant for.

    What it asks: whether a section, or at least a sentence, is about the intended use.
    Why it matters: a model used for what it was not made for fails without warning.
    Evidence: headings of the card with text below them; phrases such as "is intended for".
    Remedy: add a section on the intended use: who, for what, on which input.
    Limits: a sentence counts half; what it says is not judged.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING, _PHRASES)
