"""What is in the files that could act when the model is loaded: observed, not judged.

Every file is looked at by the scanners that its content calls for; every file that could not be looked at to its end says so.
What an observation means is for the checks of security to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.model import Location


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something in a file that acts, or could: `kind` is dotted (`pickle.call`, `keras.lambda`, `template.attribute`).

    `subject` is the name on which policy decides (`os.system`), `text` what loading would do, reconstructed and cut to a
    sane length (`os.system('id')`), `count` how often the same is there; `where` is the first place.
    """

    kind: str
    subject: str
    text: str
    where: Location
    count: int = 1
    details: dict[str, Any] = {}


class FileScan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file, scanned: by which scanners, what they observed, and why it was not looked at to its end, if so.

    `kind` says what the content is, `is_model` whether it is recognisably a model, a pickle or a container of such, by its
    content or by its name: something that a loader would be pointed at.
    """

    path: str
    scanners: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    incomplete: str = ""
    kind: str = ""
    is_model: bool = False


class Scan(msgspec.Struct, frozen=True):
    """All files, scanned, sorted by path."""

    files: tuple[FileScan, ...] = ()

    def of(self, *kinds: str) -> Iterator[Observation]:
        """Yield the observations whose kind is one of `kinds` or lies below it, file by file."""
        for file in self.files:
            for observation in file.observations:
                if observation.kind.startswith(kinds):
                    yield observation

    @property
    def incomplete(self) -> tuple[FileScan, ...]:
        """The files that were not looked at to their end."""
        return tuple(file for file in self.files if file.incomplete)
