"""The contract of a runner: what it can run, and the model that it loads.

A runner is one module with one class and a line in the catalogue. It is imported, with the library it stands for, in the sandbox.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from weighbridge.measure.tasks import Answer, Task


class Job(msgspec.Struct, frozen=True):
    """What is to be run: a folder, on a task; `function` is the user's own `module:function` or `file.py:function`."""

    runner: str
    folder: str
    task: Task
    seed: int = 0
    threads: int = 1
    trusts_code: bool = False
    function: str = ""
    file: str = ""


class Prediction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a model says of one item: a class with the score of each, a number, a text, a tag a word, or counts."""

    label: str = ""
    scores: dict[str, float] | None = None
    value: float | None = None
    text: str = ""
    tags: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()

    def answer(self, kind: Answer) -> Any:
        """Return what is held against the truth."""
        return getattr(self, _HELD[kind])


_HELD = {
    Answer.CLASS: "label",
    Answer.NUMBER: "value",
    Answer.TEXT: "text",
    Answer.TAGS: "tags",
    Answer.COUNTS: "counts",
}


class Model(ABC):
    """A loaded model; `labels` are its classes in their order, empty where it names none."""

    labels: tuple[str, ...] = ()

    @abstractmethod
    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return a prediction an item."""


class Runner(ABC):
    """How models of one library are loaded."""

    name: ClassVar[str]
    tasks: ClassVar[frozenset[Task]]
    modules: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def can_run(self, folder: Path) -> str:
        """Return why the folder holds nothing for it, or an empty text. Looks at names only."""

    @abstractmethod
    def load(self, job: Job) -> Model:
        """Load the model."""


def ranked(scores: dict[str, float]) -> Prediction:
    """Return the class with the highest score, of equals the first."""
    return Prediction(max(scores, key=lambda name: scores[name]), scores)
