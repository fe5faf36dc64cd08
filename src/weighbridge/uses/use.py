"""What is found in source code: a model that is loaded, a place that loads one nobody can name, a file not read."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from weighbridge.model import Confidence

_COMMIT = re.compile(r"[0-9a-f]{40}")


class Pin(StrEnum):
    """How firmly a use holds to one state of a model."""

    COMMIT = "commit"
    REFERENCE = "reference"
    NONE = "none"
    UNKNOWN = "unknown"


class Place(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """Where something stands: a file, a line from 1, in a notebook the cell from 1, and the function around it."""

    path: str
    line: int = 1
    cell: int = 0
    function: str = ""

    def __str__(self) -> str:
        """Return `path:line`, with the cell of a notebook between."""
        return f"{self.path}:cell {self.cell}:{self.line}" if self.cell else f"{self.path}:{self.line}"


class Use(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model that code loads.

    `registry` is where the loading library looks the name up; `revision` is as written, empty where none is; `trust_remote_code`
    tells that the code lets the model's own Python run (always so for PyTorch Hub), None where that depends on the run.
    """

    model: str
    registry: str
    place: Place
    call: str
    library: str
    revision: str = ""
    pin: Pin = Pin.NONE
    trust_remote_code: bool | None = False
    confidence: Confidence = Confidence.HIGH


class Unnamed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call that loads a model whose name the file does not tell, and why not."""

    place: Place
    call: str
    library: str
    reason: str


class FileUses(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one file loads; `problem` says why it was not read to its end."""

    path: str
    uses: tuple[Use, ...] = ()
    unnamed: tuple[Unnamed, ...] = ()
    problem: str = ""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the files of a project load; `files` counts all that were looked at."""

    files: int
    uses: tuple[Use, ...] = ()
    unnamed: tuple[Unnamed, ...] = ()
    unread: tuple[FileUses, ...] = ()


def pin_of(revision: str) -> Pin:
    """Tell how firmly a revision holds: only a whole commit hash never moves."""
    if not revision:
        return Pin.NONE
    return Pin.COMMIT if _COMMIT.fullmatch(revision) else Pin.REFERENCE
