"""A model of the user's own, for `weighbridge measure --runner examples/word_count.py:score`: longer reviews are better ones."""

from __future__ import annotations


def score(texts: list[str]) -> list[int]:
    """Return a number a text."""
    return [len(text.split()) for text in texts]
