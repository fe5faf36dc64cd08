"""QU002: the card says something."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    verified,
)

_NO_CARD = missing("There is no card with words in it.", remedy="Write what the model is, does and cannot do.")
_ENOUGH = 400
_LEAST = 30


@check(code="QU002", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def card_has_substance(card: Card) -> Outcome:
    """The card says something.

    What it asks: how many words the card has, outside code and front matter, up to 400.
    Why it matters: a card of one line answers none of a reader's questions.
    Evidence: the card's text.
    Remedy: write what the model is, does and cannot do.
    Limits: words are counted, not weighed; more than 400 count no more.
    Source: Jiang et al., ICSE 2023, Table I: documentation; this project.
    """
    if not card.words:
        return _NO_CARD
    if card.words < _LEAST:
        return missing(
            f"The card has {card.words} words.",
            Evidence(card.path, Location(card.path)),
            remedy="Write what the model is, does and cannot do.",
        )
    return verified(f"The card has {card.words:,} words.", grade=min(1.0, card.words / _ENOUGH))
