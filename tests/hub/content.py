"""What a file on the loopback Hub holds: bytes, a file on disk, or the head of a file that exists by its size alone."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol


class Content(Protocol):
    """A file's bytes by range; `sha256` is what the Hub would list for a large file."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    def read(self, offset: int, length: int) -> bytes: ...


class Held:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


class OnDisk:
    """A file on disk, sparse or not; its hash is made up from its place, since nobody wants to hash 140 GB."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.sha256 = hashlib.sha256(str(path).encode()).hexdigest()

    def read(self, offset: int, length: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(min(length, max(0, self.size - offset)))


class Synthetic:
    """A file of any size of which only the head is real; the rest reads as zeros."""

    def __init__(self, size: int, head: bytes = b"") -> None:
        self.size = size
        self.head = head
        self.sha256 = hashlib.sha256(head + str(size).encode()).hexdigest()

    def read(self, offset: int, length: int) -> bytes:
        length = max(0, min(length, self.size - offset))
        return self.head[offset : offset + length].ljust(length, b"\0")


def content_of(value: Content | bytes | str | Path) -> Content:
    """Return a file's content from what is convenient to write in a test."""
    if isinstance(value, str):
        return Held(value.encode())
    if isinstance(value, bytes):
        return Held(value)
    return OnDisk(value) if isinstance(value, Path) else value
