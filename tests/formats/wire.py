"""Tiny writers of protocol buffers, FlatBuffers, sorted tables and records, so that a test shows what its file holds."""

from __future__ import annotations

import struct
from typing import Any


def varint(number: int) -> bytes:
    number %= 2**64
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: Any) -> bytes:
    """One field: whole numbers as varints, floats as 32 bits, texts and bytes by length, a list as repeated fields."""
    if isinstance(value, list):
        return b"".join([field(number, item) for item in value])
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def double(number: int, value: float) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<d", value)


def message(*fields: tuple[int, Any]) -> bytes:
    """A message of those fields, in that order."""
    return b"".join([field(number, value) for number, value in fields])


def packed(*numbers: int) -> bytes:
    return b"".join([varint(number) for number in numbers])


def entry(key: str, value: Any) -> bytes:
    """An entry of a map."""
    return message((1, key), (2, value))


class Scalar:
    """A number in a FlatBuffer's table, by its `struct` letter."""

    def __init__(self, letter: str, value: int) -> None:
        self.raw = struct.pack("<" + letter, value)


Fields = dict[int, Any]


def flatbuffer(root: Fields, magic: bytes = b"TFL3") -> bytes:
    """A file whose root is that table: field number to `Scalar`, text, bytes, table, or a list of numbers or tables."""
    out = bytearray(bytes(4) + magic)
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _table(out: bytearray, fields: Fields) -> int:
    """Write a table behind what is there, then what it points to; every field takes eight bytes."""
    count = max(fields, default=-1) + 1
    slots = {number: 8 + 8 * place for place, number in enumerate(sorted(fields))}
    offsets = [slots.get(number, 0) for number in range(count)]
    _align(out)
    vtable = len(out)
    out += struct.pack(f"<HH{count}H", 4 + 2 * count, 8 + 8 * len(fields), *offsets)
    _align(out)
    at = len(out)
    out += struct.pack("<i4x", at - vtable) + bytes(8 * len(fields))
    for number, value in fields.items():
        place = at + slots[number]
        if isinstance(value, Scalar):
            out[place : place + len(value.raw)] = value.raw
        else:
            struct.pack_into("<I", out, place, _object(out, value) - place)
    return at


def _object(out: bytearray, value: Any) -> int:
    if isinstance(value, dict):
        return _table(out, value)
    _align(out)
    at = len(out)
    if isinstance(value, str | bytes):
        raw = value.encode() if isinstance(value, str) else value
        out += struct.pack("<I", len(raw)) + raw + b"\0"
    elif value and isinstance(value[0], dict):
        out += struct.pack("<I", len(value)) + bytes(4 * len(value))
        for index, item in enumerate(value):
            place = at + 4 + 4 * index
            struct.pack_into("<I", out, place, _table(out, item) - place)
    else:
        out += struct.pack(f"<I{len(value)}i", len(value), *value)
    return at


def _align(out: bytearray) -> None:
    out += bytes(-len(out) % 8)


def sorted_table(entries: list[tuple[bytes, bytes]], *, compress: bool = False) -> bytes:
    """A LevelDB table of one data block; its keys leave out what they share with the one before."""
    out = bytearray()
    handle = _block(out, _entries(entries), compress=compress)
    empty = _block(out, _entries([]))
    index = _block(out, _entries([(entries[-1][0], handle)]))
    footer = empty + index
    return bytes(out + footer.ljust(40, b"\0") + (0xDB4775248B80FB57).to_bytes(8, "little"))


def _block(out: bytearray, data: bytes, *, compress: bool = False) -> bytes:
    stored = snappy(data) if compress else data
    at = len(out)
    out += stored + bytes([compress]) + bytes(4)
    return varint(at) + varint(len(stored))


def _entries(entries: list[tuple[bytes, bytes]]) -> bytes:
    out, before = bytearray(), b""
    for key, value in entries:
        shared = next(
            (n for n, (a, b) in enumerate(zip(before, key, strict=False)) if a != b), min(len(before), len(key))
        )
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    return bytes(out) + struct.pack("<II", 0, 1)


def snappy(data: bytes) -> bytes:
    """Literals of up to 60 bytes, and a copy wherever the eight bytes before come again."""
    out, at = bytearray(varint(len(data))), 0
    while at < len(data):
        if at >= 8 and data[at : at + 8] == data[at - 8 : at]:
            out += bytes([1 | (8 - 4) << 2, 8])
            at += 8
        else:
            piece = data[at : at + 8]
            out += bytes([(len(piece) - 1) << 2]) + piece
            at += len(piece)
    return bytes(out)


def record(data: bytes) -> bytes:
    """A TFRecord, with checksums of zero."""
    return struct.pack("<QI", len(data), 0) + data + bytes(4)
