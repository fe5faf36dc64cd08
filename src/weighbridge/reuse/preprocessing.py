"""How items become the arrays that a network takes: by its own tokenizer, or by its own image settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from weighbridge.reuse.pixels import Pixels
from weighbridge.reuse.tokens import Tokens

# By the number of a side: its name, and the most that it may measure.
Sides = dict[int, tuple[str, int | None]]


class Preprocessor(Protocol):
    """Turns items into a network's inputs."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs."""
        ...

    @property
    def batch_size(self) -> int:
        """How many items go in at once at most."""
        ...

    def batch(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """Return an array an input."""
        ...

    def order(self, items: Sequence[Any]) -> list[int]:
        """Return the numbers of items in an order in which neighbours are of like size."""
        ...

    def example(self) -> tuple[tuple[Any, ...], tuple[Sides, ...]]:
        """Return inputs to trace a network with, and the sides of each that are left open."""
        ...

    def save(self, folder: Path) -> dict[str, Any]:
        """Write what is needed beside the classifier; return what its description has to tell."""
        ...


def load_preprocessor(folder: Path, told: dict[str, Any]) -> Preprocessor:
    """Return what `Preprocessor.save` wrote and told."""
    return Pixels.told(told) if "image" in told else Tokens.told(folder, told)


def outputs(run: Callable[..., Any], preprocessor: Preprocessor, items: Sequence[Any]) -> Any:
    """Return what `run` makes of the inputs, a row an item, batch by batch."""
    import numpy as np

    order = preprocessor.order(items)
    rows: list[Any] = [None] * len(items)
    for start in range(0, len(order), preprocessor.batch_size):
        numbers = order[start : start + preprocessor.batch_size]
        found = run(*preprocessor.batch([items[number] for number in numbers]))
        for number, row in zip(numbers, found, strict=True):
            rows[number] = row
    return np.stack(rows)
