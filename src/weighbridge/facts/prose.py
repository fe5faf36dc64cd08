"""Searching a card's text without going over it more often than needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from weighbridge.facts.card import Card

LINE_LENGTH = 3000


class Line(NamedTuple):
    """A line of the card's text: its number in the file, where it begins in the text, the line, and the line in lower case."""

    number: int
    start: int
    text: str
    lowered: str


def lines_with(card: Card, hints: tuple[str, ...]) -> Iterator[Line]:
    """Yield the lines outside code that hold one of the hints (lower case), cut to a sane length, in their order."""
    held = indices_with(card, hints)
    if not held:
        return
    code, text, lower, starts = card.code_lines, card.text, card.lowered, card.line_starts
    for index in held:
        if index + card.first_line not in code:
            start, end = starts[index], starts[index + 1] - 1
            end = min(end, start + LINE_LENGTH)
            yield Line(index + card.first_line, start, text[start:end], lower[start:end])


def indices_with(card: Card, hints: tuple[str, ...]) -> list[int]:
    """Return which of the text's lines, counting from 0, hold one of the hints (lower case), in code as well."""
    places, lower, starts = card.places, card.lowered, card.line_starts
    held: set[int] = set()
    for hint in places.among(hints):
        # A phrase may go on over a line's end; a line that holds it does not.
        is_phrase = " " in hint
        for at in places.of(hint):
            if not is_phrase or lower.startswith(hint, at):
                held.add(bisect_right(starts, at) - 1)
    return sorted(held)
