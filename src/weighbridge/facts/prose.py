"""Searching a card's text without going over it more often than needed."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from weighbridge.facts.card import Card

LINE_LENGTH = 3000


class Line(NamedTuple):
    """A line of the card's text: its number in the file, where it begins in the text, the line, and the line in lower case."""

    number: int
    start: int
    text: str
    lowered: str


@functools.lru_cache(maxsize=16)
def lowered(text: str) -> str:
    """Return a text in lower case, letter for letter, so that places in the one are places in the other."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([small if len(small := letter.lower()) == 1 else letter for letter in text])


def code_lines(card: Card) -> set[int]:
    """Return the numbers of the card's lines that lie in code blocks, fences included."""
    lines: set[int] = set()
    for block in card.code:
        lines.update(range(block.line - 1, block.line + block.text.count("\n") + 2))
    return lines


def lines_with(card: Card, hints: Iterable[str], code: set[int]) -> Iterator[Line]:
    """Yield the lines outside code that hold one of the hints (lower case), cut to a sane length, in their order."""
    text, lower = card.text, lowered(card.text)
    starts: set[int] = set()
    for hint in hints:
        at = lower.find(hint)
        while at >= 0:
            starts.add(lower.rfind("\n", 0, at) + 1)
            end = lower.find("\n", at)
            at = lower.find(hint, end) if end >= 0 else -1
    number, before = card.first_line, 0
    for start in sorted(starts):
        number += text.count("\n", before, start)
        before = start
        if number not in code:
            end = text.find("\n", start)
            end = min(end if end >= 0 else len(text), start + LINE_LENGTH)
            yield Line(number, start, text[start:end], lower[start:end])
