"""FlatBuffers, read in place: tables by field number, vectors and texts, every offset checked before it is followed."""

from __future__ import annotations

import struct
from collections import OrderedDict

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Limits, require
from weighbridge.model import ByteSource

_PAGE = 16 * 1024
_PAGES = 64


class Buffer:
    """A file's bytes in pages of which the last ones are kept, and a budget of reads."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self._reads_left = limits.items
        self._pages: OrderedDict[int, bytes] = OrderedDict()

    @property
    def root(self) -> Table:
        """The table that the file's first four bytes point to."""
        return Table(self, self.number("<I", 0))

    def take(self, at: int, length: int) -> bytes:
        """Return `length` bytes from `at`. Raises `FormatError` when they are not there."""
        self._reads_left -= 1
        if self._reads_left < 0:
            raise LimitExceeded(f"{self.source.path} has more than {self.limits.items:,} fields")
        if at < 0 or at + length > self.source.size:
            raise FormatError(f"{self.source.path} points beyond its end", where=f"{at:#x}")
        page, start = divmod(at, _PAGE)
        data = self._page(page)[start : start + length]
        if len(data) < length:
            data += self._rest(at + len(data), length - len(data))
        return data

    def number(self, layout: str, at: int) -> int:
        """Return the number of that `struct` layout at `at`."""
        return int(struct.unpack(layout, self.take(at, struct.calcsize(layout)))[0])

    def _page(self, number: int) -> bytes:
        if number not in self._pages:
            self._pages[number] = self.source.read_at(number * _PAGE, min(_PAGE, self.source.size - number * _PAGE))
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return self._pages[number]

    def _rest(self, at: int, length: int) -> bytes:
        data = self.source.read_at(at, length)
        if len(data) < length:
            raise FormatError(f"{self.source.path} ended early", where=f"{at:#x}")
        return data


class Table:
    """A table; fields are called by their number in the schema, from 0. A field that is not there has its default."""

    __slots__ = ("_fields", "_size", "at", "buffer")

    def __init__(self, buffer: Buffer, at: int) -> None:
        self.buffer = buffer
        self.at = at
        vtable = at - buffer.number("<i", at)
        size = buffer.number("<H", vtable)
        if size < 4 or size % 2:
            raise FormatError(f"{buffer.source.path} has a table of the odd length {size}", where=f"{vtable:#x}")
        self._fields = buffer.take(vtable + 4, size - 4)
        self._size = size

    def place(self, field: int) -> int | None:
        """Return where a field's value begins; None where it is not there."""
        data = self._fields[2 * field : 2 * field + 2]
        offset = int.from_bytes(data, "little")
        return self.at + offset if offset else None

    def number(self, field: int, layout: str, default: int = 0) -> int:
        """Return a number."""
        at = self.place(field)
        return default if at is None else self.buffer.number(layout, at)

    def table(self, field: int) -> Table | None:
        """Return the table that a field points to."""
        at = self._target(field)
        return None if at is None else Table(self.buffer, at)

    def text(self, field: int, limit: int) -> str:
        """Return the first `limit` bytes of a text."""
        start, length = self.vector(field, 1)
        return self.buffer.take(start, min(length, limit)).decode("utf-8", "replace") if length else ""

    def vector(self, field: int, width: int) -> tuple[int, int]:
        """Return where a vector's items of `width` bytes begin, and their number; nothing of them is read."""
        at = self._target(field)
        if at is None:
            return 0, 0
        length = self.buffer.number("<I", at)
        if length * width > self.buffer.source.size - at - 4:
            message = f"{self.buffer.source.path} announces a list of {length:,} items, more than it can hold"
            raise FormatError(message, where=f"{at:#x}")
        return at + 4, length

    def numbers(self, field: int, letter: str, limit: int) -> tuple[int, ...]:
        """Return a vector of numbers. Raises `LimitExceeded` beyond `limit` items."""
        start, length = self.vector(field, struct.calcsize("<" + letter))
        require(limit, length, "numbers in a list", self.buffer.source.path, f"{start:#x}")
        layout = f"<{length}{letter}"
        return struct.unpack(layout, self.buffer.take(start, struct.calcsize(layout))) if length else ()

    def tables(self, field: int, limit: int) -> list[int]:
        """Return where the tables of a vector lie; each is read when it is made a `Table`."""
        start, length = self.vector(field, 4)
        require(limit, length, "tables in a list", self.buffer.source.path, f"{start:#x}")
        if not length:
            return []
        offsets = struct.unpack(f"<{length}I", self.buffer.take(start, 4 * length))
        return [start + 4 * index + offset for index, offset in enumerate(offsets)]

    def _target(self, field: int) -> int | None:
        at = self.place(field)
        return None if at is None else at + self.buffer.number("<I", at)
