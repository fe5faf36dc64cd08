"""What checks of a card's text have in common: the section or line they point at."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from weighbridge.facts.card import Card
from weighbridge.model import Evidence, Location, Outcome, Severity, claimed, not_applicable

NO_CARD = not_applicable("There is no card.")
_ADDRESSES_READER = re.compile(r"\b(?:your|custom|own)\b", re.IGNORECASE)


@lru_cache(maxsize=8192)
def addresses_reader(title: str) -> bool:
    """Tell whether a title speaks of what readers could do, not of what was done: "Training on your own data"."""
    return _ADDRESSES_READER.search(title) is not None


def at_line(card: Card, line: int, text: str) -> Evidence:
    """Return a line of the card as evidence."""
    return Evidence(text, Location(card.path, line=line))


def at_section(card: Card, title: str, line: int) -> Evidence:
    """Return a section of the card as evidence."""
    return Evidence(f"section “{title}”", Location(card.path, line=line))


def described(card: Card, words: tuple[str, ...], gap: Outcome, phrases: tuple[str, ...] = ()) -> Outcome:
    """Return `claimed` with the first section whose title holds one of the words, else the first line with a phrase.

    A sentence outside a section of its own is worth half. `gap` is the answer where there is neither.
    """
    section = card.section(*words) if card.sections else None
    if section is not None and not addresses_reader(section.title):
        return claimed(f"The card has a section “{section.title}”.", at_section(card, section.title, section.line))
    line = card.mentions(*phrases) if phrases and card.text else None
    if line is None:
        return gap
    return claimed(f"The card says: “{card.quote(line, *phrases)}”", at_line(card, line, f"line {line}"), grade=0.5)


def in_doubt(outcome: Outcome, severity: Severity = Severity.MEDIUM) -> Outcome:
    """Return the outcome softened: an open question that alone should not hold the attribute down."""
    return msgspec.structs.replace(outcome, severity=severity)
