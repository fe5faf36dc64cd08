"""PyTorch's first layout, before 0.1.10: a tar of `storages`, `tensors` and `pickle`, raw numbers between pickles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Cursor, Limits, Window, require
from weighbridge.formats.pickle import Pickle, PickleFacts, read_pickles
from weighbridge.formats.pickle.inventory import Found, Storage, is_shape, storage_dtype, tensor_of
from weighbridge.formats.pickle.values import Call, Global, Persistent
from weighbridge.formats.pytorch_places import Span, placed
from weighbridge.model import DTYPE_BITS, ByteSource, Problem

MAGIC_AT = 257
MAGIC = b"ustar"
_BLOCK = 512
_MEMBERS = 100
_PARTS = ("pickle", "storages", "tensors")
_RANK = 64
_GLIMPSE = 200


def parts_of(source: ByteSource) -> dict[str, Window]:
    """Return the checkpoint's parts by their names, none when the tar holds no checkpoint. Raises `FormatError`."""
    found: dict[str, Window] = {}
    for name, start, size in _members(source):
        if name in _PARTS:
            found[name] = Window(source, name, start, size)
    return found if len(found) == len(_PARTS) else {}


def _members(source: ByteSource) -> Iterator[tuple[str, int, int]]:
    at = 0
    for _ in range(_MEMBERS):
        header = source.read_at(at, _BLOCK)
        if len(header) < _BLOCK or not header.strip(b"\0"):
            return
        digits = header[124:136].strip(b"\0 ")
        if digits.strip(b"01234567"):
            raise FormatError("a tar header has no readable size", where=f"{at:#x}")
        size = int(digits or b"0", 8)
        name = header[:100].partition(b"\0")[0].decode("utf-8", "replace").removeprefix("./")
        yield name, at + _BLOCK, size
        at += _BLOCK + -(-size // _BLOCK) * _BLOCK


class TarCheckpoint:
    """A checkpoint in a tar: its objects, and the tensors that they ask for by number."""

    def __init__(self, parts: dict[str, Window], limits: Limits) -> None:
        self.problems: list[Problem] = []
        self._limits = limits
        self._storages: dict[str, Storage] = {}
        self._spans: dict[str, Span] = {}
        self._tensors: dict[str, Found] = {}
        for read, name in ((self._read_storages, "storages"), (self._read_tensors, "tensors")):
            try:
                read(parts[name])
            except FormatError as error:
                self.problems.append(Problem(error.message, f"{name}@{error.where}"))
        self.facts: PickleFacts = read_pickles(parts["pickle"], 1, limits)

    def tensor(self, value: Call | Persistent) -> Found | None:
        """Return the tensor that a persistent id asks for, None for anything else."""
        identity = value.identity if isinstance(value, Persistent) else None
        return self._tensors.get(str(identity)) if isinstance(identity, int | str) else None

    def _read_storages(self, source: Window) -> None:
        for described, cursor in self._described(source):
            key, _, kind = described
            elements = cursor.u64()
            dtype = storage_dtype(kind.name) if isinstance(kind, Global) else "U8"
            storage = Storage(str(key)[:200], dtype, elements)
            self._storages[str(key)] = storage
            self._spans[storage.key] = Span(source.start + cursor.offset, int(elements * DTYPE_BITS[dtype] // 8))
            cursor.skip(self._spans[storage.key].size, "storage")

    def _read_tensors(self, source: Window) -> None:
        for described, cursor in self._described(source):
            key, storage = str(described[0]), self._storages.get(str(described[1]))
            rank = cursor.u32()
            require(_RANK, rank, "dimensions", source.path, f"{cursor.offset:#x}")
            cursor.skip(4, "padding")
            shape = tuple(cursor.u64() for _ in range(rank))
            strides = tuple(cursor.u64() for _ in range(rank))
            start = cursor.u64()
            if storage is not None and is_shape(shape):
                found = Found(tensor_of("", shape, storage.dtype), storage, start, strides)
                tensor = placed([found], self._spans)[0]
                self._tensors[key] = msgspec.structs.replace(found, tensor=tensor)

    def _described(self, source: ByteSource) -> Iterator[tuple[tuple[Any, ...], Cursor]]:
        """Yield each part's pickled description with a cursor at the raw numbers behind it; the caller reads these."""
        count = self._pickle(source, 0)
        if not isinstance(count.value, int):
            raise FormatError("the number of parts is no number", where="0x0")
        require(self._limits.tensors, count.value, "parts", source.path)
        at = count.end
        for _ in range(count.value):
            described = self._pickle(source, at)
            if not isinstance(described.value, tuple) or len(described.value) != 3:
                raise FormatError("a part without its description", where=f"{at:#x}")
            cursor = Cursor(source, described.end, block=256)
            yield described.value, cursor
            at = cursor.offset

    def _pickle(self, source: ByteSource, at: int) -> Pickle:
        facts = read_pickles(source, 1, self._limits, offset=at, room=_GLIMPSE)
        if not facts.pickles:
            raise FormatError(facts.problems[0].message if facts.problems else "ended early", where=f"{at:#x}")
        return facts.pickles[0]
