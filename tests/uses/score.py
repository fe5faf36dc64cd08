"""How many labelled snippets are read rightly: `python -m tests.uses.score`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from weighbridge.uses.reading import read_bytes

LABELS = Path(__file__).parent / "labels"


class Snippet(NamedTuple):
    """A file's text, and what it loads: `registry:model@revision`, the registry left out for the Hugging Face Hub."""

    name: str
    text: str
    loads: frozenset[str]


def snippets() -> Iterator[Snippet]:
    """Yield the labelled snippets."""
    for path in sorted(LABELS.glob("*.txt")):
        for block in path.read_text("utf-8").split("=== ")[1:]:
            name, _, rest = block.partition("\n")
            text, _, labels = rest.rpartition("\n--- ")
            loads = frozenset(label.strip() for label in labels.split(",") if label.strip() != "none")
            yield Snippet(name.strip(), text + "\n", loads)


def found_in(snippet: Snippet) -> frozenset[str]:
    """Return what is found, written as labels are."""
    uses = read_bytes(snippet.text.encode(), snippet.name).uses
    return frozenset(
        ("" if use.registry == "huggingface" else f"{use.registry}:")
        + use.model
        + (f"@{use.revision}" if use.revision else "")
        for use in uses
    )


class Score(NamedTuple):
    """How many labels were found, how many findings there are, and how many of these are right."""

    labels: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of findings that are right."""
        return self.right / self.found

    @property
    def recall(self) -> float:
        """The share of labels that were found."""
        return self.right / self.labels


def score() -> Score:
    """Return the score over all snippets."""
    pairs = [(snippet.loads, found_in(snippet)) for snippet in snippets()]
    return Score(
        sum(len(loads) for loads, _ in pairs),
        sum(len(found) for _, found in pairs),
        sum(len(loads & found) for loads, found in pairs),
    )


if __name__ == "__main__":
    for one in snippets():
        told = found_in(one)
        for text in sorted(told ^ one.loads):
            sys.stdout.write(f"{one.name}: {'wrong' if text in told else 'missed'}: {text}\n")
    total = score()
    sys.stdout.write(
        f"{len(list(snippets()))} snippets, {total.labels} labels: precision {total.precision:.3f}, recall {total.recall:.3f}\n"
    )
