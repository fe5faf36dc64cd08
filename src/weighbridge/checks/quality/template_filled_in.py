"""QU005: the card's template is filled in."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NO_CARD = not_applicable("There is no card that could hold a template.")
_FILLED = verified("No line of the card is an unfilled slot of a template.")


@check(code="QU005", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def template_filled_in(card: Card) -> Outcome:
    """The card's template is filled in.

    What it asks: whether lines of the card still hold a template's slots, such as "[More Information Needed]" or TODO.
    Why it matters: slots look like documentation, and are none.
    Evidence: the lines of the card with a slot.
    Remedy: fill in the slots, or remove the sections that do not apply.
    Limits: instructions in HTML comments are not shown to readers and do not count.
    Source: Hugging Face model card template; this project.
    """
    if not card.path or not card.words:
        return _NO_CARD
    slots = card.placeholders
    if not slots:
        return _FILLED
    return contradicted(
        f"{len(slots)} lines of the card are slots of a template that nobody filled in.",
        *[at_line(card, line, f"line {line}") for line in slots[:5]],
        claim=Claim("a model card", Location(card.path)),
        remedy="Fill in the slots, or remove the sections that do not apply.",
        severity=None if len(slots) > 3 else Severity.INFO,
    )
