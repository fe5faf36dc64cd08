"""Bounded reading of binary files: every length is checked against what is there before it is used."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.model import ByteSource, MemorySource

__all__ = [
    "LIMITS",
    "Cursor",
    "Limits",
    "MemorySource",
    "Siblings",
    "SourceFile",
    "Window",
    "no_siblings",
    "require",
]

# How a reader reaches another file of the same repository: by its path relative to the file it reads; None when absent
# or outside the repository.
Siblings = Callable[[str], ByteSource | None]


def no_siblings(_path: str) -> ByteSource | None:
    """Answer for a file that stands alone."""
    return None


class Limits(msgspec.Struct, frozen=True):
    """What a single file may cost to inspect: bytes of header held in memory, items and tensors listed, nesting followed."""

    header_bytes: int = 128 * 1024 * 1024
    items: int = 2_000_000
    tensors: int = 500_000
    depth: int = 64
    text: int = 4096
    members: int = 200_000
    inflated_bytes: int = 256 * 1024 * 1024


LIMITS = Limits()


class Window:
    """A `ByteSource` over a range of another one, from `start` on: an uncompressed member of an archive."""

    def __init__(self, source: ByteSource, path: str, start: int, size: int) -> None:
        if start < 0 or size < 0 or start + size > source.size:
            raise FormatError(f"{path} would reach beyond the end of {source.path}", where=f"{start:#x}")
        self.path = path
        self.size = size
        self.start = start
        self._source = source

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end."""
        return self._source.read_at(self.start + offset, max(0, min(length, self.size - offset)))


class Cursor:
    """Reads numbers and byte strings one after the other, with a block of look-ahead, and never past the end."""

    def __init__(self, source: ByteSource, offset: int = 0, *, block: int = 64 * 1024) -> None:
        self.source = source
        self.offset = offset
        self._block = block
        self._held = b""
        self._held_at = 0

    @property
    def remaining(self) -> int:
        """Bytes between the cursor and the end."""
        return self.source.size - self.offset

    def take(self, length: int, what: str = "bytes") -> bytes:
        """Return exactly `length` bytes and move on. Raises `FormatError` when they are not there."""
        if length < 0 or length > self.remaining:
            raise FormatError(
                f"{self.source.path} announces {length:,} bytes of {what}, but {self.remaining:,} remain",
                where=f"{self.offset:#x}",
            )
        start = self.offset - self._held_at
        if start < 0 or start + length > len(self._held):
            self._held = self.source.read_at(self.offset, max(length, min(self._block, self.remaining)))
            self._held_at, start = self.offset, 0
        data = self._held[start : start + length]
        if len(data) < length:
            raise FormatError(f"{self.source.path} ended early", where=f"{self.offset:#x}")
        self.offset += length
        return data

    def skip(self, length: int, what: str = "bytes") -> None:
        """Move over `length` bytes without reading them. Raises `FormatError` when they are not there."""
        if length < 0 or length > self.remaining:
            raise FormatError(
                f"{self.source.path} announces {length:,} bytes of {what}, but {self.remaining:,} remain",
                where=f"{self.offset:#x}",
            )
        self.offset += length

    def peek(self, length: int) -> bytes:
        """Return the next bytes without moving on; fewer at the end."""
        length = min(length, self.remaining)
        data = self.take(length)
        self.offset -= length
        return data

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        """Return the values of a `struct` layout and move on."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def u8(self) -> int:
        """Return an unsigned byte."""
        return self.take(1)[0]

    def u32(self) -> int:
        """Return a little-endian unsigned 32-bit number."""
        return int.from_bytes(self.take(4), "little")

    def u64(self) -> int:
        """Return a little-endian unsigned 64-bit number."""
        return int.from_bytes(self.take(8), "little")


class SourceFile(io.RawIOBase):
    """A read-only, seekable file object over a `ByteSource`, for libraries that want one (`zipfile`, `lzma`)."""

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as there are bytes and return their number."""
        data = self._source.read_at(self._position, len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def require(limit: int, asked: int, what: str, path: str, where: str = "") -> None:
    """Raise `LimitExceeded` when more is asked for than the limit allows."""
    if asked > limit:
        raise LimitExceeded(f"{path} asks for {asked:,} {what}; the limit is {limit:,}", where=where)
