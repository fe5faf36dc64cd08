"""Sequential reading of a pickle's bytes through a window that slides over the file; long strings are stepped over."""

from __future__ import annotations

from collections.abc import Callable

from weighbridge.errors import FormatError
from weighbridge.model import ByteSource

WINDOW = 256 * 1024
# Behind every position below `safe` stand at least so many bytes, so that short operands need no check of their own.
AHEAD = 300
_LINE = 1024 * 1024


def _nobody(_walked: int) -> None:
    """Watch nothing."""


class Stream:
    """A window over the file: `data[i]` is the byte at the offset `base + i` as long as `i` is below `safe`.

    Positions are indices into `data`; every method that may slide the window takes one and returns the new one. `at` keeps
    the position between two pickles. `held` is how far the window reaches; `safe` ends before it where a frame does, so that
    whoever walks comes to look whether an operand reached across: `frame_end`, an offset, below zero outside of frames.
    `is_crossed` tells of an operand that reached across and may not have been read to its end.
    """

    __slots__ = ("at", "base", "data", "frame_end", "held", "is_crossed", "safe", "size", "source", "watch")

    def __init__(self, source: ByteSource, offset: int = 0) -> None:
        self.source = source
        self.size = source.size
        self.base = offset
        self.data = b""
        self.held = 0
        self.safe = 0
        self.at = 0
        self.frame_end = -1
        self.is_crossed = False
        # Told how far was walked, whenever the window moves: whoever walks looks after what that has cost.
        self.watch: Callable[[int], None] = _nobody

    @property
    def offset(self) -> int:
        """Where the next pickle begins in the file."""
        return self.base + self.at

    def slide(self, i: int, length: int = 0) -> int:
        """Let the window begin at a position and hold at least `length` bytes. Raises `FormatError` at the file's end."""
        self.watch(i)
        self.base += i
        wanted = max(WINDOW, length) + AHEAD
        data = self.source.read_at(self.base, wanted) if self.base < self.size else b""
        if len(data) < min(wanted, self.size - self.base):
            raise FormatError("the file ended while it was read", where=f"{self.base:#x}")
        if self.base + len(data) >= self.size:
            self.held = len(data)
            self.data = data + bytes(AHEAD)
        else:
            self.held = len(data) - AHEAD
            self.data = data
        self.bound(self.frame_end)
        return 0

    def bound(self, frame_end: int) -> None:
        """Let the walk stop at the end of a frame; below zero outside of frames."""
        self.frame_end = frame_end
        self.safe = min(self.held, max(0, frame_end - self.base)) if frame_end >= 0 else self.held

    def hold(self, i: int, length: int) -> int:
        """Return a position from which `length` bytes are in the window. Raises `FormatError` when they are not there."""
        self.is_crossed = self.is_crossed or self.is_cut(i, i + length)
        if self.base + i + length > self.size:
            remaining = max(0, self.size - self.base - i)
            message = f"announces {length:,} bytes, {remaining:,} remain"
            raise FormatError(message, where=f"{min(self.base + i, self.size):#x}")
        return i if i + length <= len(self.data) else self.slide(i, length)

    def is_cut(self, i: int, end: int) -> bool:
        """Whether a frame ends between two positions."""
        return i < self.frame_end - self.base < end

    def skip(self, i: int, length: int) -> int:
        """Return the position behind `length` bytes, which are not read. Raises `FormatError` when they are not there."""
        if length < 0 or self.base + i + length > self.size:
            message = f"announces {length:,} bytes, more than there are"
            raise FormatError(message, where=f"{self.base + i:#x}")
        if i + length > self.held:
            self.watch(i)
            self.base, self.data, self.held, self.safe = self.base + i + length, b"", 0, 0
            return 0
        return i + length

    def line(self, i: int) -> tuple[bytes, int]:
        """Return the bytes up to the next line feed and the position behind it.

        At the end of the file CPython takes the rest for a line and drops its last byte. Raises `FormatError` for a line of
        more than a mebibyte.
        """
        end = self.data.find(b"\n", i, self.held)
        if end < 0:
            i = self.slide(i, _LINE)
            end = self.data.find(b"\n", i, self.held)
        self.is_crossed = self.is_crossed or self.is_cut(i, end if end >= 0 else self.held)
        if end < 0 and self.base + self.held >= self.size:
            return self.data[i : max(i, self.held - 1)], self.held
        if end < 0:
            raise FormatError("a line does not end", where=f"{self.base + i:#x}")
        return self.data[i:end], end + 1
