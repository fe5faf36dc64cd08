"""What an importer is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.registry.rows import Reject, Rows

_NO_NAME = re.compile(r"[\x00-\x20\x7f]+")


class Head(msgspec.Struct, frozen=True):
    """A dump as far as it has to be looked at to tell its shape: its name, and its first bytes, unpacked."""

    path: Path
    data: bytes

    @property
    def suffix(self) -> str:
        """The name's extension in lower case, without that of compression."""
        found = [suffix.lower() for suffix in self.path.suffixes]
        kept = [suffix for suffix in found if suffix not in {".gz", ".zst", ".bz2"}]
        return kept[-1] if kept else ""

    @property
    def start(self) -> str:
        """The first bytes as text."""
        return self.data.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()


class Plain(msgspec.Struct, frozen=True):
    """Rows of a table that is not made of models' records; `snapshot` and `source` are filled in."""

    table: str
    rows: tuple[Mapping[str, Any], ...]
    rejects: tuple[Reject, ...] = ()


class Importer(msgspec.Struct, frozen=True):
    """A shape of dump: how it is told from others, and how it is read.

    `registry` is the registry whose models the records are, unless the user names another. `seen` says on what it was tried.
    """

    name: str
    what: str
    registry: str
    fits: Callable[[Head], bool]
    rows: Callable[[Path], Iterator[Rows | Plain]]
    seen: str = "examples made to its documentation"


def slug(text: str) -> str:
    """Return a name without blanks and control characters, as ids are."""
    return _NO_NAME.sub("-", text.strip())[:200]


def said(value: Any) -> Any:
    """Return a value, None for what stands for nothing."""
    return None if value in ("", [], {}, "unknown", "none", "None", "N/A") else value
