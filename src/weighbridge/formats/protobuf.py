"""Protocol buffers in wire format, read by field number without a schema compiler, large fields stepped over unread.

    message = open_message(source, limits)
    for field in message:                       # in the file's order; repeated fields come repeatedly
        if field.number == 7:
            inner = message.inside(field)       # a message in the message; its bytes are read when it is iterated
        elif field.number == 2:
            name = message.text(field, 256)     # cut to 256 bytes

Only what is asked for is read: stepping over a field of two gigabytes costs the few bytes before it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, require
from weighbridge.formats.held import BLOCK, HeldSource
from weighbridge.model import ByteSource

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = 0, 1, 2, 3, 4, 5

# Behind a jump little is read at first; the longer it goes on without one, the more at once.
_LEAST, _MOST = 1024, 256 * 1024
_VARINT_LENGTH = 10
_WORD = 2**64


class Field(NamedTuple):
    """One field: `value` is the number of a varint or fixed-width field, `start` and `end` where its payload lies."""

    number: int
    kind: int
    value: int
    start: int
    end: int

    @property
    def length(self) -> int:
        """Bytes of the payload."""
        return self.end - self.start

    @property
    def signed(self) -> int:
        """The number as `int32` and `int64` fields mean it: two's complement of 64 bits."""
        return self.value - _WORD if self.value >= _WORD // 2 else self.value


class Wire:
    """A file's bytes, read ahead in blocks that grow while reading goes on without jumps, and a budget of fields."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.fields_left = limits.items
        self.bytes_left = limits.header_bytes
        # What a reader jumps over would only push out what others have asked to be kept.
        self._far = source.bare if isinstance(source, HeldSource) else source
        self._held = b""
        self._at = 0
        self._step = _LEAST

    def spend(self, fields: int = 1) -> None:
        """Count fields; raises `LimitExceeded` when there were too many."""
        self.fields_left -= fields
        if self.fields_left < 0:
            raise LimitExceeded(f"{self.source.path} has more than {self.limits.items:,} fields")

    def take(self, at: int, length: int) -> bytes:
        """Return `length` bytes from `at`. Raises `FormatError` when they are not there."""
        start = at - self._at
        if start < 0 or start + length > len(self._held):
            self._fetch(at, length)
            start = at - self._at
        data = self._held[start : start + length]
        if len(data) < length:
            raise self.error("ends early", at)
        return data

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """Return the number that begins at `at` and where it ends."""
        start = at - self._at
        if start < 0 or start + _VARINT_LENGTH > len(self._held):
            self._fetch(at, min(_VARINT_LENGTH, max(0, end - at)))
            start = at - self._at
        held = self._held
        stop = min(start + _VARINT_LENGTH, end - self._at, len(held))
        value = shift = 0
        for index in range(start, stop):
            byte = held[index]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value % _WORD, self._at + index + 1
            shift += 7
        raise self.error("has a number that does not end", at)

    def error(self, what: str, at: int) -> FormatError:
        """Return the error that tells what is wrong at `at`."""
        return FormatError(f"{self.source.path} {what}", where=f"{at:#x}")

    def _fetch(self, at: int, length: int) -> None:
        near = self._at <= at <= self._at + len(self._held) + _LEAST
        self._step = min(self._step * 2, _MOST) if near else _LEAST
        wanted = min(max(length, self._step), self.source.size - at)
        self.bytes_left -= max(0, wanted)
        if self.bytes_left < 0:
            limit = f"{self.limits.header_bytes:,}"
            raise LimitExceeded(f"{self.source.path} has more than {limit} bytes beside its weights", where=f"{at:#x}")
        reader = self.source if at + wanted <= BLOCK else self._far
        self._held = reader.read_at(at, wanted) if wanted > 0 else b""
        self._at = at


class Message:
    """A range of a file that holds a message. Iterating it reads its fields one by one."""

    __slots__ = ("depth", "end", "start", "wire")

    def __init__(self, wire: Wire, start: int, end: int, depth: int = 0) -> None:
        self.wire = wire
        self.start = start
        self.end = end
        self.depth = depth

    def __iter__(self) -> Iterator[Field]:
        """Yield the fields in the file's order. Raises `FormatError` where one reaches beyond the message."""
        wire, at, end = self.wire, self.start, self.end
        while at < end:
            field = _read_field(wire, at, end)
            at = field.end
            yield field

    def inside(self, field: Field) -> Message:
        """Return the message that a field holds. Raises `FormatError` when it holds a number."""
        self._need_bytes(field)
        require(self.wire.limits.depth, self.depth + 1, "levels of nesting", self.wire.source.path, f"{field.start:#x}")
        return Message(self.wire, field.start, field.end, self.depth + 1)

    def raw(self, field: Field, limit: int) -> bytes:
        """Return the first `limit` bytes that a field holds."""
        self._need_bytes(field)
        return self.wire.take(field.start, min(field.length, limit))

    def text(self, field: Field, limit: int) -> str:
        """Return the first `limit` bytes of a field as text; what is no UTF-8 is replaced."""
        return self.raw(field, limit).decode("utf-8", "replace")

    def integers(self, field: Field, limit: int) -> list[int]:
        """Return a repeated integer field's numbers, packed or single, signed. Raises `LimitExceeded` beyond `limit`."""
        if field.kind != BYTES:
            return [field.signed]
        found = []
        at = field.start
        while at < field.end:
            value, at = self.wire.varint(at, field.end)
            found.append(value - _WORD if value >= _WORD // 2 else value)
            require(limit, len(found), "numbers in a list", self.wire.source.path, f"{field.start:#x}")
        self.wire.spend(len(found))
        return found

    def pair(self, field: Field, limit: int) -> tuple[str, Field | None, Message]:
        """Return a map entry: its key as text, the field that holds its value, and the message to read that from."""
        entry, key, value = self.inside(field), "", None
        for part in entry:
            if part.number == 1 and part.kind == BYTES:
                key = entry.text(part, limit)
            elif part.number == 2:
                value = part
        return key, value, entry

    def _need_bytes(self, field: Field) -> None:
        if field.kind != BYTES:
            raise self.wire.error(
                f"holds a number in field {field.number} where a message or text belongs", field.start
            )


def open_message(source: ByteSource, limits: Limits = LIMITS) -> Message:
    """Return the message that a whole file is."""
    return Message(Wire(source, limits), 0, source.size)


def float32(field: Field) -> float:
    """Return the number of a `float` field."""
    return float(struct.unpack("<f", (field.value & 0xFFFFFFFF).to_bytes(4, "little"))[0])


def float64(field: Field) -> float:
    """Return the number of a `double` field."""
    return float(struct.unpack("<d", field.value.to_bytes(8, "little"))[0])


def _read_field(wire: Wire, at: int, end: int) -> Field:
    wire.spend()
    tag, start = wire.varint(at, end)
    number, kind = tag >> 3, tag & 7
    if not 0 < number < 2**29:
        raise wire.error(f"has a field with the number {number}", at)
    if kind == VARINT:
        value, stop = wire.varint(start, end)
        return Field(number, kind, value, start, stop)
    if kind == BYTES:
        value, start = wire.varint(start, end)
        return Field(number, kind, 0, start, _within(wire, start, value, end))
    if kind in (FIXED64, FIXED32):
        width = 8 if kind == FIXED64 else 4
        stop = _within(wire, start, width, end)
        return Field(number, kind, int.from_bytes(wire.take(start, width), "little"), start, stop)
    if kind == GROUP:
        return Field(number, kind, 0, start, _skip_group(wire, start, end, number))
    raise wire.error(f"has a field of the unknown kind {kind}", at)


def _within(wire: Wire, start: int, length: int, end: int) -> int:
    if length > end - start:
        raise wire.error(f"announces a field of {length:,} bytes, but {end - start:,} remain", start)
    return start + length


def _skip_group(wire: Wire, start: int, end: int, number: int) -> int:
    """Return where a group ends: a field without a length, which only its end tag closes."""
    opened, at = [number], start
    while opened:
        wire.spend()
        tag, after = wire.varint(at, end)
        if tag & 7 == GROUP:
            opened.append(tag >> 3)
            require(wire.limits.depth, len(opened), "levels of nesting", wire.source.path, f"{at:#x}")
            at = after
        elif tag & 7 == GROUP_END:
            if opened.pop() != tag >> 3:
                raise wire.error("closes another group than was opened", at)
            at = after
        else:
            at = _read_field(wire, at, end).end
    return at
