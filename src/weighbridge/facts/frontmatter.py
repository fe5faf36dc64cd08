"""The split between a card's front matter and its body."""

from __future__ import annotations

import re
from typing import NamedTuple

_KEY = re.compile(r"[A-Za-z_\"'][\w -]{0,60}[\"']?\s*:(?:\s|$)")
# How far down the card a block that was meant as front matter is looked for.
_SEARCH = 4000


class Parts(NamedTuple):
    """A card in two: `front` is None where there is no front matter; lines count from 1; `problem` tells what is odd."""

    front: str | None
    front_line: int
    body: str
    body_line: int
    problem: str = ""
    problem_line: int = 1


def split(text: str) -> Parts:
    """Cut a card whose lines end in line feeds into front matter and body."""
    clean, problem = text, ""
    if text.startswith("\ufeff"):
        clean, problem = (
            text[1:],
            "the file begins with a byte order mark, behind which some readers see no front matter",
        )
    start = len(clean) - len(clean.lstrip())
    if not clean.startswith("---", start):
        return Parts(None, 1, clean, 1, *_misplaced(clean))
    line = clean.count("\n", 0, start) + 1
    opening = clean.find("\n", start)
    if opening < 0 or clean[start:opening].strip() != "---":
        return Parts(None, 1, clean, 1)
    if start and not problem:
        problem = "the front matter does not begin at the first character of the file"
    end, body = _closing(clean, opening)
    if end < 0:
        return _never_closed(clean, opening, line)
    front = clean[opening + 1 : max(end, opening + 1)]
    body_line = line + clean.count("\n", start, body)
    return Parts(front, line + 1, clean[body:], body_line, problem, line)


def _closing(text: str, opening: int) -> tuple[int, int]:
    """Return where the closing line of dashes begins and where the line after it does; -1 where there is none."""
    at = text.find("\n---", opening)
    while at >= 0:
        end = text.find("\n", at + 1)
        end = len(text) if end < 0 else end
        if text[at + 4 : end].strip() == "":
            return at + 1, min(end + 1, len(text))
        at = text.find("\n---", at + 1)
    return -1, -1


def _never_closed(text: str, opening: int, line: int) -> Parts:
    first = text[opening + 1 : opening + 200].lstrip()
    if not _KEY.match(first):
        return Parts(None, 1, text, 1)
    return Parts(None, 1, text, 1, "the front matter is never closed: no second line of `---`", line)


def _misplaced(text: str) -> tuple[str, int]:
    """Tell of a block of keys between dashes that does not stand at the beginning."""
    head = text[:_SEARCH]
    at = head.find("\n---\n")
    if at < 0 or "\n---" not in text[at + 4 :] or not _KEY.match(head[at + 5 :].lstrip()):
        return "", 1
    end = text.find("\n---", at + 4)
    block = [line for line in text[at + 5 : end].splitlines() if line.strip()]
    if not all(_KEY.match(line) or line[:1] in " -#" for line in block[:50]):
        return "", 1
    line = text.count("\n", 0, at) + 2
    return "the front matter does not stand at the beginning of the file, so no reader sees it", line
