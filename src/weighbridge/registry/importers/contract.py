"""What an importer is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from weighbridge.registry.rows import Rows


class Head(msgspec.Struct, frozen=True):
    """A dump as far as it has to be looked at to tell its shape: its name, and its first bytes, unpacked."""

    path: Path
    data: bytes

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The name's extensions in lower case, without those of compression."""
        found = [suffix.lower() for suffix in self.path.suffixes]
        return tuple(suffix for suffix in found if suffix not in {".gz", ".zst", ".bz2"})


class Importer(msgspec.Struct, frozen=True):
    """A shape of dump: how it is told from others, and how its records are read.

    `registry` is the registry whose models the records are, unless the user names another.
    """

    name: str
    what: str
    registry: str
    fits: Callable[[Head], bool]
    rows: Callable[[Path], Iterator[Rows]]
