"""Sequential reading of a pickle's bytes through a window that slides over the file."""

from __future__ import annotations

from weighbridge.errors import FormatError
from weighbridge.model import ByteSource

_WINDOW = 1024 * 1024
_LINE = 1024 * 1024


class Stream:
    """Reads forward, never past the end; long strings are stepped over, not loaded."""

    def __init__(self, source: ByteSource, offset: int = 0) -> None:
        self.source = source
        self._base = offset
        self._window = b""
        self._at = 0

    @property
    def offset(self) -> int:
        """Where the next byte lies in the file."""
        return self._base + self._at

    def byte(self) -> int:
        """Return the next byte. Raises `FormatError` at the end."""
        if self._at >= len(self._window):
            self._slide(1)
        value = self._window[self._at]
        self._at += 1
        return value

    def take(self, length: int) -> bytes:
        """Return exactly `length` bytes. Raises `FormatError` when they are not there."""
        end = self._at + length
        if end > len(self._window):
            self._slide(length)
            end = length
        data = self._window[self._at : end]
        self._at = end
        return data

    def number(self, length: int, *, signed: bool = False) -> int:
        """Return a little-endian number of `length` bytes."""
        return int.from_bytes(self.take(length), "little", signed=signed)

    def skip(self, length: int) -> None:
        """Step over `length` bytes. Raises `FormatError` when they are not there."""
        if length < 0 or length > self.source.size - self.offset:
            raise FormatError(f"announces {length:,} bytes, more than there are", where=f"{self.offset:#x}")
        if self._at + length <= len(self._window):
            self._at += length
        else:
            self._base, self._window, self._at = self.offset + length, b"", 0

    def line(self) -> bytes:
        """Return the bytes up to the next line feed, without it. Raises `FormatError` when there is none."""
        end = self._window.find(b"\n", self._at)
        if end < 0:
            self._refill(_LINE)
            end = self._window.find(b"\n", self._at)
            if end < 0:
                raise FormatError("a line does not end", where=f"{self.offset:#x}")
        data = self._window[self._at : end]
        self._at = end + 1
        return data

    def _slide(self, length: int) -> None:
        remaining = self.source.size - self.offset
        if length < 0 or length > remaining:
            raise FormatError(
                f"ended early: {length:,} bytes announced, {remaining:,} remain", where=f"{self.offset:#x}"
            )
        self._refill(length)
        if len(self._window) < length:
            raise FormatError("ended early", where=f"{self.offset:#x}")

    def _refill(self, length: int) -> None:
        offset = self.offset
        self._window = self.source.read_at(offset, max(length, _WINDOW))
        self._base, self._at = offset, 0
