"""Recognising a licence by its text.

A text is cut into overlapping runs of words, the runs are hashed, and the smallest hashes stand for the whole: their
overlap with a known licence's estimates how much of the two texts is the same (Broder 1997, bottom-k sketch). The
sketches of the known licences are shipped, not the texts.
"""

from __future__ import annotations

import functools
import heapq
import importlib.resources
import re
import zlib
from typing import NamedTuple

import msgspec

SKETCH_SIZE = 128
RUN_WORDS = 4
# The longest licence that is known has 12,000 words.
TEXT_LIMIT = 400_000

# A text of fewer words names its licence rather than being it.
NAME_WORDS = 150
# Where a licence's title stands, if anywhere.
_TITLE_WORDS = 60

# Alike enough to be that licence, give or take a name and a preface.
_ALIKE = 0.78
# The whole licence stands in the text, whatever else does.
_CONTAINED = 0.9
_FAINT = 0.1

_WORD = re.compile(r"[a-z0-9]+")
_COPYRIGHT_LINE = re.compile(
    r"^\W{0,20}(?:\(c\)|©|copyright)\s{0,5}(?:\(c\)|©|\d{4}|holders?\b).*$", re.IGNORECASE | re.MULTILINE
)
_NOTICE = re.compile(
    r"(?:copyright\s{1,5}(?:\(c\)|©)?|\(c\)|©)[\s,:]{0,5}(?:\d{4}(?:\s{0,3}[-\u2013,]\s{0,3}(?:\d{4}|present))?)[\s,.by]{0,8}"
    r"(?P<holder>[^\W\d_].{0,80})",
    re.IGNORECASE,
)
_SLOT = re.compile(r"[\[<{]\s{0,3}(?:year|yyyy|name|full ?name|copyright|owner)", re.IGNORECASE)
# Whose copyright stands in the licence's own text: it says nothing about the model's.
_AUTHORS_OF_LICENCES = ("free software foundation", "creative commons", "the apache software foundation", "sam hocevar")


class Recognised(NamedTuple):
    """The licence a text is: `key` is empty when none of the known ones; `similarity` is to the nearest one."""

    key: str
    similarity: float


class Sketch(msgspec.Struct, frozen=True):
    """A known licence's text: how many runs of words it has, and the smallest hashes of them, of eight hexadecimal digits each."""

    key: str
    runs: int
    smallest: str


class _Known(NamedTuple):
    sketch: Sketch
    hashes: frozenset[int]


class _Shipped(msgspec.Struct, frozen=True):
    provenance: str
    titles: dict[str, str]
    sketches: list[Sketch]


def recognise(text: str) -> Recognised:
    """Return which known licence a text is."""
    text = text[:TEXT_LIMIT]
    words = words_of(text)
    hashes = _hashes(words)
    if not hashes:
        return Recognised("", 0.0)
    titled = _by_title(words)
    best, likeness, contained = _nearest(hashes, titled)
    if likeness >= _ALIKE or contained >= _CONTAINED:
        return Recognised(best, likeness)
    # What is left is a licence of which only the title is known, or a few lines that only name one.
    is_name = len(words) < NAME_WORDS or all(known.sketch.key != titled for known in _known())
    return Recognised(titled if is_name else "", likeness)


def sketch(key: str, text: str) -> Sketch:
    """Return the sketch of a licence's text, as it is shipped."""
    hashes = _hashes(words_of(text))
    smallest = heapq.nsmallest(SKETCH_SIZE, hashes)
    return Sketch(key, len(hashes), "".join(f"{value:08x}" for value in smallest))


def has_notice(text: str) -> bool:
    """Whether a text names a holder of copyright with a year, other than a template's slot or the licence's own author."""
    for match in _NOTICE.finditer(text[:TEXT_LIMIT]):
        holder = match["holder"].lower()
        if not _SLOT.search(match[0]) and not any(author in holder for author in _AUTHORS_OF_LICENCES):
            return True
    return False


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case, without the lines that name who holds the copyright."""
    return _WORD.findall(_COPYRIGHT_LINE.sub("", text).lower())


def _hashes(words: list[str]) -> set[int]:
    runs = zip(*(words[start:] for start in range(RUN_WORDS)), strict=False)
    return {zlib.crc32(" ".join(run).encode()) for run in runs}


def _nearest(hashes: set[int], preferred: str) -> tuple[str, float, float]:
    """Return the most alike licence, how alike the two texts are, and how much of the licence is in the text."""
    smallest = heapq.nsmallest(SKETCH_SIZE, hashes)
    scored = []
    for known in _known():
        alike = _likeness(smallest, hashes, known)
        if alike > _FAINT:
            shared = alike * (len(hashes) + known.sketch.runs) / (1 + alike)
            scored.append(
                (known.sketch.key == preferred, alike, min(1.0, shared / known.sketch.runs), known.sketch.key)
            )
    if not scored:
        return "", 0.0, 0.0
    _, alike, contained, key = max(scored)
    return key, alike, contained


def _likeness(smallest: list[int], hashes: set[int], known: _Known) -> float:
    """Estimate what share of all runs of the two texts they have in common, by the smallest of all."""
    union = sorted(known.hashes.union(smallest))[:SKETCH_SIZE]
    return sum(1 for value in union if value in known.hashes and value in hashes) / len(union)


def _by_title(words: list[str]) -> str:
    beginning = " ".join(words[:_TITLE_WORDS])
    found = [
        (beginning.index(title), -len(title), key) for title, key in _shipped().titles.items() if title in beginning
    ]
    return min(found)[2] if found else ""


@functools.cache
def _shipped() -> _Shipped:
    data = importlib.resources.files("weighbridge.facts").joinpath("data/licence_texts.json").read_bytes()
    return msgspec.json.decode(data, type=_Shipped)


@functools.cache
def _known() -> tuple[_Known, ...]:
    return tuple(
        _Known(entry, frozenset(int(entry.smallest[at : at + 8], 16) for at in range(0, len(entry.smallest), 8)))
        for entry in _shipped().sketches
    )
