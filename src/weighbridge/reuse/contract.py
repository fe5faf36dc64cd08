"""The contract of a reuse technique: what it needs, what it costs, and the classifier it makes.

A technique is one file with one class and a line in the catalogue. It runs in a process of its own with limits (`bench`); what it
hands back is a `Fitted`, which predicts and saves itself.
"""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec

from weighbridge.reuse.material import Material

SECTIONS = ("Does", "Source", "Limits")


class Diverged(Exception):
    """Training left the numbers: a loss that is not finite."""


class Stage(StrEnum):
    """What a technique starts from: the pre-trained model, or a classifier that another technique made."""

    TUNE = "tune"
    CONVERT = "convert"


class Profile(msgspec.Struct, frozen=True):
    """What is known of a candidate before it is tried; nothing of it is taken from the model's own word.

    `forward` is seconds an item, measured while features were extracted.
    """

    name: str
    folder: str
    parameters: int
    width: int
    forward: float = 0.0
    is_trainable: bool = True


class Cost(msgspec.Struct, frozen=True):
    """What a technique will cost here: estimated seconds and bytes of memory, and the reckoning in words."""

    seconds: float
    memory: int
    how: str


class Fitted(Protocol):
    """A classifier that is ready to be judged and kept."""

    def probabilities(self, items: Any) -> Any:
        """Return a row of class probabilities an item."""
        ...

    def save(self, folder: Path) -> None:
        """Write the classifier where it can be loaded again."""
        ...


@dataclass(frozen=True, eq=False)
class Bench:
    """What a technique is given: the candidate, the items, their features, where to write, and how long it may take."""

    profile: Profile
    material: Material
    folder: Path
    features: Any = None
    seed: int = 0
    seconds: float = 600.0
    start: Path | None = None


class Technique(ABC):
    """A way to reuse a model."""

    name: ClassVar[str]
    title: ClassVar[str]
    stage: ClassVar[Stage] = Stage.TUNE

    @abstractmethod
    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here, or an empty text."""

    @abstractmethod
    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate what trying it will cost."""

    @abstractmethod
    def fit(self, bench: Bench) -> Fitted:
        """Make the classifier. Raises `Diverged`."""

    @cached_property
    def docs(self) -> dict[str, str]:
        """The docstring's sections by their titles; the first line stands under `summary`."""
        parts = re.split(rf"^({'|'.join(SECTIONS)}): ", inspect.getdoc(type(self)) or "", flags=re.MULTILINE)
        bodies = {title: " ".join(body.split()) for title, body in zip(parts[1::2], parts[2::2], strict=True)}
        return {"summary": parts[0].strip(), **bodies}
