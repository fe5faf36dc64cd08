"""QU010: the card shows how to use the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line, at_section
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
)
from weighbridge.model.units import plural

_MISSING = missing(
    "The card does not show how to use the model.",
    remedy="Add a section with a complete example that loads and runs the model.",
)
_WORDS = (
    "how to use",
    "usage",
    "how to get started",
    "get started",
    "getting started",
    "quickstart",
    "quick start",
    "inference",
    "example",
    "how to load",
    "using this",
    "use with",
    "how to run",
    "use in",
    "use this model",
    "using the model",
    "load model",
)


@check(code="QU010", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def usage_described(card: Card) -> Outcome:
    """The card shows how to use the model.

    What it asks: whether a section is about using the model, or the card holds code.
    Why it matters: how a model is called correctly cannot be guessed: prompts, preprocessing, label order.
    Evidence: headings of the card with text below them; code blocks.
    Remedy: add a section with a complete example that loads and runs the model.
    Limits: code without a section counts half; whether it runs is not tried.
    Source: Jiang et al., ICSE 2023, Table III: model application.
    """
    section = card.section(*_WORDS)
    if section is not None:
        return claimed(f"The card has a section “{section.title}”.", at_section(card, section.title, section.line))
    if card.code:
        line = card.code[0].line
        return claimed(
            f"The card holds {plural(len(card.code), 'code block')}.", at_line(card, line, f"line {line}"), grade=0.5
        )
    return _MISSING
