"""Cards made by hand."""

from __future__ import annotations

from tests.support import facts_of
from weighbridge.facts.card import Card


def card(text: str) -> Card:
    """Return the card whose file holds the text."""
    return facts_of({"README.md": text}).need(Card)
