"""Looking for phrases in a text."""

from __future__ import annotations


class Places:
    """Where phrases stand in a text; both in lower case."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def among(self, phrases: tuple[str, ...]) -> list[str]:
        """Return those of the phrases that stand in the text, in the order given."""
        text = self._text
        return [phrase for phrase in phrases if phrase in text]

    def of(self, phrase: str) -> list[int]:
        """Return where a phrase begins, each time it stands in the text."""
        return occurrences(self._text, phrase)


def occurrences(text: str, phrase: str) -> list[int]:
    """Return where a phrase begins, each time it stands in a text."""
    places = []
    at = text.find(phrase)
    while at >= 0:
        places.append(at)
        at = text.find(phrase, at + 1)
    return places


def lowered(text: str) -> str:
    """Return a text in lower case, letter for letter, so that places in the one are places in the other."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([small if len(small := letter.lower()) == 1 else letter for letter in text])
