"""Files of a repository, and random access to what they hold."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import msgspec


@lru_cache(maxsize=8192)
def _suffix(path: str) -> str:
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return f".{extension.lower()}" if dot and stem else ""


class RepoFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file as its repository lists it.

    `size` is in bytes and None where the listing does not tell; `sha256` is the registry's (LFS) content hash, not one
    that was measured; `linked_to` is where a symbolic link leads when that is outside the repository; `is_pointer` tells a Git LFS
    pointer that stands in the large file's place (`size` is then the pointer's own).
    """

    path: str
    size: int | None = None
    sha256: str | None = None
    blob_id: str | None = None
    is_lfs: bool = False
    linked_to: str | None = None
    is_pointer: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The last extension, in lower case, with its dot; empty where there is none."""
        return _suffix(self.path)


class ByteSource(Protocol):
    """Random access to one file's bytes, wherever they are."""

    @property
    def path(self) -> str:
        """The file's path inside its repository."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end of the file. Raises `SourceError` when it breaks."""


class MemorySource:
    """A `ByteSource` over bytes that are already in memory: an archive's member, a record's card."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.size = len(data)
        self._data = data

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end."""
        return self._data[offset : offset + length]
