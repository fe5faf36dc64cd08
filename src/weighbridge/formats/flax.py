"""Flax's msgpack: nested maps of names, with every array as an extension of shape, type and buffer.

The walk steps over the buffers, so that a file of any size costs only its names. Extension types after
`flax/serialization.py`: 1 array, 2 complex number, 3 scalar.
"""

from __future__ import annotations

import struct
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Cursor, Limits, Siblings
from weighbridge.formats.dtypes import from_name
from weighbridge.formats.metadata import tame
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

_ARRAY, _SCALAR = 1, 3
_NAME_LIMIT = 4096
_RANK = 64
# An array larger than 2^30 elements is written in pieces, under these keys.
_CHUNKED = "__msgpack_chunked_array__"

# The first byte of a value: kind and, behind it, the width of its length or of the number itself.
_SIZED = {
    0xC4: ("bin", 1), 0xC5: ("bin", 2), 0xC6: ("bin", 4), 0xC7: ("ext", 1), 0xC8: ("ext", 2), 0xC9: ("ext", 4),
    0xD9: ("str", 1), 0xDA: ("str", 2), 0xDB: ("str", 4), 0xDC: ("array", 2), 0xDD: ("array", 4),
    0xDE: ("map", 2), 0xDF: ("map", 4),
}  # fmt: skip
_NUMBERS = {
    0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q",
}  # fmt: skip
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_MAP_HEADS = frozenset({*range(0x80, 0x90), 0xDE, 0xDF})


class _Token(msgspec.Struct, frozen=True):
    """A value's first bytes: its kind, its length (bytes or items) and, for plain values, the value itself."""

    kind: str
    length: int = 0
    value: Any = None
    code: int = 0


class _Walk:
    """One pass over a file: tensors and other values by their joined names, problems, and what has been spent."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.cursor = Cursor(source, block=4096)
        self.limits = limits
        self.tensors: list[Tensor] = []
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.items = 0

    def token(self) -> _Token:
        self.items += 1
        if self.items > self.limits.items:
            raise LimitExceeded(
                f"{self.cursor.source.path} holds more than {self.limits.items:,} values",
                where=f"{self.cursor.offset:#x}",
            )
        first = self.cursor.u8()
        if first in _SIZED:
            kind, width = _SIZED[first]
            length = int.from_bytes(self.cursor.take(width, "length"), "big")
            return _Token(kind, length, code=self.cursor.u8() if kind == "ext" else 0)
        return self._short(first)

    def _short(self, first: int) -> _Token:
        if first <= 0x7F or first >= 0xE0:
            return _Token("value", value=first if first <= 0x7F else first - 256)
        if first in _CONSTANTS:
            return _Token("value", value=_CONSTANTS[first])
        if first in _NUMBERS:
            layout = _NUMBERS[first]
            return _Token("value", value=struct.unpack(layout, self.cursor.take(struct.calcsize(layout)))[0])
        if 0xD4 <= first <= 0xD8:
            return _Token("ext", 1 << (first - 0xD4), code=self.cursor.u8())
        if first == 0xC1:
            raise FormatError(f"{self.cursor.source.path} uses a byte that msgpack never uses", where=self._behind())
        kind, mask = ("map", 0x0F) if first < 0x90 else ("array", 0x0F) if first < 0xA0 else ("str", 0x1F)
        return _Token(kind, first & mask)

    def walk(self, name: str, depth: int) -> None:
        """Take the next value in, whatever it is, under its name."""
        if depth > self.limits.depth:
            raise LimitExceeded(
                f"{self.cursor.source.path} is nested more than {self.limits.depth} levels deep", where=self._behind()
            )
        token = self.token()
        if token.kind == "map":
            self._walk_map(token.length, name, depth)
        elif token.kind == "array":
            for index in range(token.length):
                self.walk(_join(name, str(index)), depth + 1)
        elif token.kind == "ext":
            self._walk_extension(token, name)
        else:
            self._keep(token, name)

    def _walk_map(self, length: int, name: str, depth: int) -> None:
        keys: set[str] = set()
        for _ in range(length):
            key = self._key()
            if key in keys:
                self.problems.append(Problem(f"{_join(name, key)} is there twice", self._behind()))
            keys.add(key)
            self.walk(_join(name, key), depth + 1)

    def _key(self) -> str:
        token = self.token()
        if token.kind == "str":
            return self.text(token.length)
        if token.kind == "value":
            return str(token.value)
        raise FormatError(f"{self.cursor.source.path} has a map whose key is no text", where=self._behind())

    def text(self, length: int) -> str:
        kept = self.cursor.take(min(length, _NAME_LIMIT), "text").decode("utf-8", "replace")
        self.cursor.skip(max(0, length - _NAME_LIMIT), "text")
        return kept

    def _keep(self, token: _Token, name: str) -> None:
        value = token.value
        if token.kind == "str":
            value = self.text(token.length)
        elif token.kind == "bin":
            self.cursor.skip(token.length, "bytes")
            value = f"{token.length:,} bytes"
        if len(self.values) < self.limits.text:
            self.values[name] = value

    def _walk_extension(self, token: _Token, name: str) -> None:
        end = self.cursor.offset + token.length
        if token.length > self.cursor.remaining:
            self.cursor.skip(token.length, "an array")
        if token.code in (_ARRAY, _SCALAR):
            self._take_array(name, end)
        elif token.code != 2:
            self.problems.append(Problem(f"{name} has the unknown extension type {token.code}", self._behind()))
        if self.cursor.offset > end:
            raise FormatError(f"{self.cursor.source.path}: the array {name} is longer than it says", where=f"{end:#x}")
        self.cursor.skip(end - self.cursor.offset, "an array")

    def _take_array(self, name: str, end: int) -> None:
        shape, dtype = self._shape_and_type(name)
        buffer = self.token()
        if buffer.kind != "bin" or self.cursor.offset + buffer.length != end:
            raise FormatError(f"{self.cursor.source.path}: the array {name} holds no buffer", where=self._behind())
        tensor = Tensor(name, shape, dtype[0], buffer.length, self.cursor.offset)
        self.tensors.append(tensor)
        if dtype[1] and tensor.elements * dtype[1] != buffer.length:
            needed = tensor.elements * dtype[1]
            self.problems.append(Problem(f"{name} needs {needed:,} bytes, its buffer has {buffer.length:,}", name))
        self.cursor.skip(buffer.length, "an array")

    def _shape_and_type(self, name: str) -> tuple[tuple[int, ...], tuple[str, int]]:
        outer, extents = self.token(), self.token()
        is_array = outer.kind == "array" and outer.length == 3
        if not is_array or extents.kind != "array" or extents.length > _RANK:
            raise FormatError(f"{self.cursor.source.path}: {name} is no array", where=self._behind())
        shape = tuple([self.token().value for _ in range(extents.length)])
        if not all(type(extent) is int and extent >= 0 for extent in shape):
            raise FormatError(f"{self.cursor.source.path}: {name} has a shape that is none", where=self._behind())
        stated = self.token()
        written = self.text(stated.length) if stated.kind in ("str", "bin") else ""
        dtype = from_name(written)
        if dtype is None:
            self.problems.append(Problem(f"{name} has the unknown type {written[:40]!r}", name))
        return shape, dtype or ("UNKNOWN", 0)

    def _behind(self) -> str:
        return f"{self.cursor.offset:#x}"


class _FlaxReader:
    """The reader."""

    formats = (Format.FLAX_MSGPACK,)
    suffixes = (".msgpack",)

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return `FLAX_MSGPACK` for a map whose first value, however deep, is an array extension."""
        if not head or head[0] not in _MAP_HEADS:
            return None
        walk = _Walk(source, Limits(items=1000))
        for _ in range(walk.limits.depth):
            token = walk.token()
            if token.kind == "ext":
                return Format.FLAX_MSGPACK if token.code in (_ARRAY, _SCALAR) else None
            if token.kind != "map" or not token.length:
                return None
            walk.text(_text_length(walk.token()))
        return None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the inventory in the file's order; values that are no arrays become metadata."""
        walk = _Walk(source, limits)
        if source.read_at(0, 1)[:1] not in {bytes([head]) for head in _MAP_HEADS}:
            raise FormatError(f"{source.path} is no msgpack map", where="0x0")
        complete = _walk_all(walk)
        problems = walk.problems
        if complete and walk.cursor.remaining:
            problems.append(Problem(f"{walk.cursor.remaining:,} bytes follow the end", f"{walk.cursor.offset:#x}"))
        return Inspection(
            source.path,
            Format.FLAX_MSGPACK,
            source.size,
            tuple(_whole(walk.tensors, walk.values)),
            tame(walk.values, limits),
            producer="Flax",
            problems=tuple(problems),
            complete=complete,
        )


READER = _FlaxReader()


def _walk_all(walk: _Walk) -> bool:
    """Take everything in; return False where the file breaks off behind at least one array, which is then told."""
    try:
        walk.walk("", 0)
    except LimitExceeded:
        raise
    except FormatError as error:
        if not walk.tensors:
            raise
        walk.problems.append(Problem(error.message, error.where))
        return False
    return True


def _join(name: str, key: str) -> str:
    return (f"{name}.{key}" if name else key)[-_NAME_LIMIT:]


def _text_length(token: _Token) -> int:
    if token.kind != "str":
        raise FormatError("a key that is no text")
    return token.length


def _whole(tensors: list[Tensor], values: dict[str, Any]) -> list[Tensor]:
    """Join the pieces of arrays that were written in chunks; takes the bookkeeping values out of `values`."""
    shapes: dict[str, list[int]] = {name.removesuffix(f".{_CHUNKED}"): [] for name in values if name.endswith(_CHUNKED)}
    for key in list(values):
        name, _, _ = key.rpartition(".shape.")
        if name in shapes and type(values[key]) is int:
            shapes[name].append(values.pop(key))
    pieces: dict[str, list[Tensor]] = {name: [] for name in shapes}
    whole: list[Tensor] = []
    for tensor in tensors:
        name, _, _ = tensor.name.rpartition(".chunks.")
        pieces.get(name, whole).append(tensor)
    for name, parts in pieces.items():
        values.pop(_join(name, _CHUNKED), None)
        if parts:
            nbytes = sum(part.nbytes for part in parts)
            whole.append(Tensor(name, tuple(shapes[name]), parts[0].dtype, nbytes, parts[0].offset))
    return whole
