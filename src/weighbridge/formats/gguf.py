"""GGUF: key-value pairs, then tensor descriptions, then the tensors; versions 1 to 3, either byte order.

Shapes are given with the slowest dimension first, as every other format here has them; on disk they stand reversed.
"""

from __future__ import annotations

import re
import struct
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Cursor, Limits, Siblings, require
from weighbridge.formats.gguf_types import ARRAY, FILE_TYPES, PLAIN, SCALARS, STRING, TENSOR_TYPES
from weighbridge.formats.metadata import tame
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

MAGIC = b"GGUF"
# A chat template is a program: it is kept whole up to this length.
TEMPLATE_LIMIT = 1024 * 1024
_TEMPLATE = "tokenizer.chat_template"
_NAME_LIMIT = 65_535
_PAIRS = 100_000
_RANK = 8
# Of a longer list, its length and its first items are told.
_WHOLE_LIST = 64
_SAMPLE = 16
_BLOCK = 256 * 1024
_FILE_TYPE_GUESSED = 1024
_SPLIT = re.compile(r"^(.*-)(\d{5})(-of-)(\d{5})(\.gguf)$")


class _Reader:
    """Numbers and texts in the file's byte order and of its version's width."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.cursor = Cursor(source, block=_BLOCK)
        self.limits = limits
        self.cursor.skip(4)
        raw = self.cursor.take(4, "version")
        little = int.from_bytes(raw, "little")
        # A version whose low half is empty was written the other way round.
        self.order = "<" if little & 0xFFFF else ">"
        self.version = little if self.order == "<" else int.from_bytes(raw, "big")
        if not 1 <= self.version <= 3:
            raise FormatError(f"{source.path} states GGUF version {self.version}; 1 to 3 are known", where="0x4")
        self._count = struct.Struct(self.order + ("I" if self.version == 1 else "Q"))
        self._u32 = struct.Struct(self.order + "I")
        self._u64 = struct.Struct(self.order + "Q")

    def u32(self) -> int:
        return int(self._u32.unpack(self.cursor.take(4))[0])

    def u64(self) -> int:
        return int(self._u64.unpack(self.cursor.take(8))[0])

    def count(self) -> int:
        return int(self._count.unpack(self.cursor.take(self._count.size))[0])

    def name(self, what: str) -> str:
        length = self.count()
        require(_NAME_LIMIT, length, f"bytes of {what}", self.cursor.source.path, f"{self.cursor.offset:#x}")
        return self.cursor.take(length, what).decode("utf-8", "replace")

    def text(self, limit: int) -> str:
        """Return a text's beginning; the rest is stepped over."""
        length = self.count()
        kept = self.cursor.take(min(length, limit), "text").decode("utf-8", "replace")
        self.cursor.skip(length - min(length, limit), "text")
        return kept

    def value(self, kind: int, depth: int, text_limit: int) -> Any:
        if kind == STRING:
            return self.text(text_limit)
        if kind == ARRAY:
            return self._array(depth, text_limit)
        return self._scalars(kind, 1)[0]

    def _array(self, depth: int, text_limit: int) -> Any:
        path, where = self.cursor.source.path, f"{self.cursor.offset:#x}"
        require(self.limits.depth, depth, "levels of nesting", path, where)
        require(self.limits.header_bytes, self.cursor.offset, "bytes of header", path, where)
        kind, length = self.u32(), self.count()
        width = {STRING: self._count.size, ARRAY: 4 + self._count.size}.get(kind) or self._width(kind)
        if length * width > self.cursor.remaining:
            message = f"{self.cursor.source.path} announces a list of {length:,} items, more than the file can hold"
            raise FormatError(message, where=f"{self.cursor.offset:#x}")
        kept = length if length <= _WHOLE_LIST else _SAMPLE
        first = self._items(kind, kept, depth, text_limit)
        self._step_over(kind, length - kept, depth)
        return first if kept == length else {"length": length, "first": first}

    def _items(self, kind: int, number: int, depth: int, text_limit: int) -> list[Any]:
        if kind in (STRING, ARRAY):
            return [self.value(kind, depth + 1, text_limit) for _ in range(number)]
        return list(self._scalars(kind, number))

    def _step_over(self, kind: int, number: int, depth: int) -> None:
        if kind == STRING:
            self._step_over_texts(number)
        elif kind == ARRAY:
            require(self.limits.items, number, "nested lists", self.cursor.source.path)
            for _ in range(number):
                self._array(depth + 1, 0)
        else:
            self.cursor.skip(number * self._width(kind), "list")

    def _step_over_texts(self, number: int) -> None:
        """A vocabulary has a hundred thousand texts: only their lengths are looked at, a block at a time."""
        require(self.limits.items, number, "texts in a list", self.cursor.source.path)
        unpack, width = self._count.unpack_from, self._count.size
        while number:
            block = self.cursor.peek(_BLOCK)
            at = 0
            while number and at + width <= len(block):
                at += width + unpack(block, at)[0]
                number -= 1
            if not at:
                raise FormatError(f"{self.cursor.source.path} ends within a list", where=f"{self.cursor.offset:#x}")
            self.cursor.skip(at, "texts")

    def _scalars(self, kind: int, number: int) -> tuple[Any, ...]:
        self._width(kind)
        letter = "B" if kind == 7 else SCALARS[kind]
        values = struct.unpack(f"{self.order}{number}{letter}", self.cursor.take(number * self._width(kind), "values"))
        return tuple([value != 0 for value in values]) if kind == 7 else values

    def _width(self, kind: int) -> int:
        if kind not in SCALARS:
            message = f"{self.cursor.source.path} uses the unknown value type {kind}"
            raise FormatError(message, where=f"{self.cursor.offset:#x}")
        return struct.calcsize("<" + SCALARS[kind])


class _Content(msgspec.Struct):
    """What stands before the tensors' bytes; a tensor's offset is relative until the alignment is known."""

    version: int
    order: str
    metadata: dict[str, Any]
    problems: list[Problem]


class _GgufReader:
    """The reader."""

    formats = (Format.GGUF,)
    suffixes = (".gguf",)

    def recognise(self, head: bytes, _source: ByteSource) -> Format | None:
        """Return `GGUF` for its four letters."""
        return Format.GGUF if head.startswith(MAGIC) else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the inventory in the file's order and every key-value pair, long lists by length and first items."""
        if source.read_at(0, 4) != MAGIC:
            raise FormatError(f"{source.path} does not begin with the letters GGUF", where="0x0")
        reader = _Reader(source, limits)
        tensor_count, pair_count = reader.count(), reader.count()
        _check_counts(reader, tensor_count, pair_count)
        content = _Content(reader.version, reader.order, {}, [])
        _read_pairs(reader, pair_count, content)
        tensors = _read_tensors(reader, tensor_count, content)
        tensors, complete = _place(tensors, reader.cursor.offset, source.size, content)
        return _inspection(source, content, tensors, complete, limits)


READER = _GgufReader()


def _check_counts(reader: _Reader, tensors: int, pairs: int) -> None:
    path, remaining = reader.cursor.source.path, reader.cursor.remaining
    if tensors * 24 + pairs * 13 > 2 * remaining + 64:
        message = f"{path} announces {tensors:,} tensors and {pairs:,} key-value pairs, more than it can hold"
        raise FormatError(message, where="0x8")
    require(reader.limits.tensors, tensors, "tensors", path, "0x8")
    require(_PAIRS, pairs, "key-value pairs", path, "0x10")


def _read_pairs(reader: _Reader, number: int, content: _Content) -> None:
    for _ in range(number):
        where = f"{reader.cursor.offset:#x}"
        key = reader.name("key")
        limit = TEMPLATE_LIMIT if key.startswith(_TEMPLATE) else reader.limits.text
        kind = reader.u32()
        value = reader.value(kind, 0, limit)
        if key in content.metadata:
            content.problems.append(Problem(f"the key {key} is there twice", where))
        content.metadata[key] = value
        if reader.cursor.offset > reader.limits.header_bytes:
            raise LimitExceeded(
                f"{reader.cursor.source.path} has more than {reader.limits.header_bytes:,} bytes of header", where=where
            )


def _read_tensors(reader: _Reader, number: int, content: _Content) -> list[Tensor]:
    tensors, names = [], set()
    for _ in range(number):
        tensor = _read_tensor(reader, content)
        if tensor.name in names:
            content.problems.append(Problem(f"tensor {tensor.name} is there twice", tensor.name))
        names.add(tensor.name)
        tensors.append(tensor)
    return tensors


def _read_tensor(reader: _Reader, content: _Content) -> Tensor:
    at = reader.cursor.offset
    name, rank = reader.name("tensor name"), reader.u32()
    if rank > _RANK:
        message = f"{reader.cursor.source.path}: tensor {name} has {rank} dimensions; ggml knows 4"
        raise FormatError(message, where=f"{at:#x}")
    shape = [reader.count() for _ in range(rank)]
    number, offset = reader.u32(), reader.u64()
    dtype, block, width = TENSOR_TYPES.get(number, (f"TYPE_{number}", 1, 0))
    if width == 0:
        content.problems.append(Problem(f"tensor {name} has the unknown type {number}", name))
    tensor = Tensor(name, tuple(reversed(shape)), dtype, 0, offset)
    if shape and shape[0] % block:
        content.problems.append(
            Problem(f"tensor {name} has rows of {shape[0]:,} elements, no multiple of {block}", name)
        )
    return msgspec.structs.replace(tensor, nbytes=tensor.elements // block * width)


def _place(tensors: list[Tensor], header_end: int, size: int, content: _Content) -> tuple[list[Tensor], bool]:
    """Make the offsets count from the file's begin, and compare the tensors' spans with each other and the file."""
    alignment = _alignment(content)
    start = -(-header_end // alignment) * alignment
    for tensor in tensors:
        if (tensor.offset or 0) % alignment:
            message = f"tensor {tensor.name} begins at {tensor.offset}, no multiple of the alignment {alignment}"
            content.problems.append(Problem(message, tensor.name))
    placed = [msgspec.structs.replace(tensor, offset=start + (tensor.offset or 0)) for tensor in tensors]
    at, last = start, ""
    for tensor in sorted(placed, key=lambda tensor: (tensor.offset, tensor.nbytes)):
        _check_span(tensor, at, last, alignment, content)
        at, last = max(at, (tensor.offset or 0) + tensor.nbytes), tensor.name
    if at > size and tensors:
        content.problems.append(
            Problem(f"the file is cut off: the tensors need {at:,} bytes, it has {size:,}", f"{size:#x}")
        )
    elif size - at >= alignment:
        content.problems.append(Problem(f"{size - at:,} bytes follow the last tensor", f"{at:#x}"))
    return placed, at <= size or not tensors


def _check_span(tensor: Tensor, at: int, last: str, alignment: int, content: _Content) -> None:
    begin = tensor.offset or 0
    if begin < at and tensor.nbytes:
        content.problems.append(Problem(f"tensors {last} and {tensor.name} share bytes", f"{begin:#x}"))
    elif begin - at >= alignment:
        message = f"{begin - at:,} bytes before tensor {tensor.name} belong to no tensor"
        content.problems.append(Problem(message, f"{at:#x}"))


def _alignment(content: _Content) -> int:
    stated = content.metadata.get("general.alignment", 32)
    if isinstance(stated, int) and 0 < stated <= 1 << 24 and stated & (stated - 1) == 0:
        return stated
    content.problems.append(Problem(f"general.alignment is no power of two: {stated!r:.40}", "general.alignment"))
    return 32


def _inspection(
    source: ByteSource, content: _Content, tensors: list[Tensor], complete: bool, limits: Limits
) -> Inspection:
    metadata = content.metadata
    shown: dict[str, Any] = {}
    for key in sorted(metadata):
        # Templates were cut when they were read, and are a program that has to be seen whole.
        is_template = key.startswith(_TEMPLATE) and isinstance(metadata[key], str)
        shown[key] = metadata[key] if is_template else tame(metadata[key], limits)
    versions = {"gguf": str(content.version)}
    if isinstance(metadata.get("general.quantization_version"), int):
        versions["ggml quantisation"] = str(metadata["general.quantization_version"])
    if content.order == ">":
        shown["byte order"] = "big-endian"
    return Inspection(
        source.path,
        Format.GGUF,
        source.size,
        tuple(tensors),
        shown,
        versions=versions,
        quantisation=_quantisation(metadata, tensors),
        references=_other_parts(source.path, metadata),
        problems=tuple(content.problems),
        complete=complete,
    )


def _quantisation(metadata: dict[str, Any], tensors: list[Tensor]) -> str:
    """The stated file type; without one, the quantised type that most elements have."""
    stated = metadata.get("general.file_type")
    if isinstance(stated, int) and stated & ~_FILE_TYPE_GUESSED in FILE_TYPES:
        name = FILE_TYPES[stated & ~_FILE_TYPE_GUESSED]
        return "" if name in PLAIN else name
    elements: dict[str, int] = {}
    for tensor in tensors:
        if tensor.dtype not in PLAIN:
            elements[tensor.dtype] = elements.get(tensor.dtype, 0) + tensor.elements
    return max(sorted(elements), key=lambda dtype: elements[dtype], default="")


def _other_parts(path: str, metadata: dict[str, Any]) -> tuple[str, ...]:
    """The other files of a split model, named as `gguf-split` names them."""
    name = _SPLIT.match(path.rpartition("/")[2])
    count = metadata.get("split.count")
    if name is None or not isinstance(count, int) or not 1 < count <= 99_999 or count != int(name[4]):
        return ()
    return tuple(
        [f"{name[1]}{part:05}{name[3]}{name[4]}{name[5]}" for part in range(1, count + 1) if part != int(name[2])]
    )
