"""Looking for many phrases in a text at once.

Readers and checks ask of every card whether it holds any of some three hundred phrases. One by one that is three hundred passes
over the text; those who read cards by the thousand get one pass for all of them, with the same answers.
"""

from __future__ import annotations

from typing import Any

# Longer texts are rare, and a hostile one could hold a phrase at every character.
TEXT_LENGTH = 200_000
# Phrases are written in this program's code; more of them than this are not, and are looked for one by one.
VOCABULARY_LIMIT = 5000
# After so many texts the phrases asked for in them are made into one search.
TEXTS = 8


class Places:
    """Where phrases stand in a text; both in lower case."""

    __slots__ = ("_found", "_learnt", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._found, self._learnt = _VOCABULARY.search(text)

    def among(self, phrases: tuple[str, ...]) -> list[str]:
        """Return those of the phrases that stand in the text, in the order given."""
        if phrases in self._learnt:
            found = self._found
            return [] if found.keys().isdisjoint(phrases) else [phrase for phrase in phrases if phrase in found]
        _VOCABULARY.learn(phrases)
        text = self._text
        return [phrase for phrase in phrases if phrase in text]

    def of(self, phrase: str) -> list[int]:
        """Return where a phrase begins, each time it stands in the text."""
        places = self._found.get(phrase)
        return occurrences(self._text, phrase) if places is None else places


def occurrences(text: str, phrase: str) -> list[int]:
    """Return where a phrase begins, each time it stands in a text."""
    places = []
    at = text.find(phrase)
    while at >= 0:
        places.append(at)
        at = text.find(phrase, at + 1)
    return places


class _Vocabulary:
    """The phrases that were asked for, and the search for all of them, made anew when there are more."""

    def __init__(self) -> None:
        self._phrases: dict[str, None] = {}
        self._asked: set[tuple[str, ...]] = set()
        self._texts = 0
        self._is_stale = False
        # The search, its phrases, and the groups in which they were asked for: replaced as one.
        self._made: tuple[Any, list[str], frozenset[tuple[str, ...]]] = (None, [], frozenset())

    def learn(self, phrases: tuple[str, ...]) -> None:
        """Take note of phrases that were asked for."""
        if phrases not in self._asked and len(self._phrases) + len(phrases) <= VOCABULARY_LIMIT and all(phrases):
            self._asked.add(phrases)
            self._phrases.update(dict.fromkeys(phrases))
            self._is_stale = True

    def search(self, text: str) -> tuple[dict[str, list[int]], frozenset[tuple[str, ...]]]:
        """Return the places of the phrases learnt so far, and the groups for which the answer is whole."""
        self._texts += 1
        if self._is_stale and self._texts % TEXTS == 0:
            self._make()
        automaton, phrases, asked = self._made
        if automaton is None or len(text) > TEXT_LENGTH:
            return {}, frozenset()
        found: dict[str, list[int]] = {}
        for number, start, _ in automaton.find_matches_as_indexes(text, overlapping=True):
            phrase = phrases[number]
            if phrase in found:
                found[phrase].append(start)
            else:
                found[phrase] = [start]
        return found, asked

    def _make(self) -> None:
        self._is_stale = False
        try:
            # Imported late: an audit of a single model never gets here.
            from ahocorasick_rs import AhoCorasick
        except ImportError:
            return
        phrases = list(self._phrases)
        self._made = (AhoCorasick(phrases), phrases, frozenset(self._asked))


_VOCABULARY = _Vocabulary()


def lowered(text: str) -> str:
    """Return a text in lower case, letter for letter, so that places in the one are places in the other."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([small if len(small := letter.lower()) == 1 else letter for letter in text])
