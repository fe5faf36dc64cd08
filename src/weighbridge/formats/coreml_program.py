"""CoreML's ML Programs: constants of the program and the blob file in which they lie (storage format 2)."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Cursor, require
from weighbridge.formats.inventory import Operators, Outside, Problems, stored_bytes
from weighbridge.formats.protobuf import BYTES, Field, Message
from weighbridge.model import ByteSource, Tensor

# MILSpec.DataType
TYPES = {
    1: "BOOL", 2: "TEXT", 10: "F16", 11: "F32", 12: "F64", 13: "BF16", 21: "I8", 22: "I16", 23: "I32", 24: "I64",
    25: "I4", 31: "U8", 32: "U16", 33: "U32", 34: "U64", 35: "U4", 36: "U2", 37: "U1", 38: "U6", 39: "U3",
    40: "F8_E4M3", 41: "F8_E5M2",
}  # fmt: skip
# MILBlob.BlobDataType
BLOB_TYPES = {
    1: "F16", 2: "F32", 3: "U8", 4: "I8", 5: "BF16", 6: "I16", 7: "U16", 8: "I4", 9: "U1", 10: "U2", 11: "U4",
    12: "U3", 13: "U6", 14: "I32", 15: "U32", 16: "F8_E4M3", 17: "F8_E5M2",
}  # fmt: skip
HEADER = 64
_SENTINEL = 0xDEADBEEF
_MODEL_FOLDER = "@model_path/"
_COMPRESSED = "constexpr_"
_RANK = 64
_NAME = 1024
# The immediate values of `TensorValue`, and the width of each number where it is fixed.
_IMMEDIATE = {1: 4, 2: 0, 3: 0, 4: 0, 5: 0, 6: 8, 7: 1}


class Blob(NamedTuple):
    """One entry of a blob file: where its description stands, and its data's type, length and place."""

    at: int
    dtype: str
    nbytes: int
    offset: int


class _Value(msgspec.Struct):
    """A constant: its type, and where its numbers are."""

    dtype: str = ""
    shape: tuple[int, ...] = ()
    file: str = ""
    at: int = 0
    nbytes: int = 0
    offset: int | None = None


class Program(msgspec.Struct):
    """What has been found in a program so far; `logical` counts the elements that compressed constants unfold to."""

    operators: Operators
    outside: Outside
    most_tensors: int
    tensors: list[Tensor] = []
    problems: Problems = msgspec.field(default_factory=Problems)
    odd: set[str] = set()
    feeds: set[str] = set()
    logical: dict[str, int] = {}
    opsets: set[str] = set()
    compression: set[str] = set()

    def read(self, message: Message) -> None:
        """Walk a Program's functions."""
        for field in message:
            if field.number == 2:
                _, value, entry = message.pair(field, _NAME)
                if value is not None:
                    self._function(entry.inside(value))

    def _function(self, message: Message) -> None:
        for field in message:
            if field.number == 2:
                self.opsets.add(message.text(field, 64))
            elif field.number == 3:
                _, value, entry = message.pair(field, _NAME)
                if value is not None:
                    self._block(entry.inside(value))

    def _block(self, message: Message) -> None:
        for field in message:
            if field.number == 3:
                self._operation(message.inside(field))

    def _operation(self, message: Message) -> None:
        kind, output = "", ""
        shape: tuple[int, ...] = ()
        for field in message:
            if field.number == 1:
                kind = message.text(field, 256)
            elif field.number == 3 and not output:
                output, shape = _named_type(message.inside(field))
            elif field.number == 4:
                self._block(message.inside(field))
        self.operators.add(kind)
        is_compressed = kind.startswith(_COMPRESSED)
        if is_compressed:
            self.compression.add(kind.removeprefix(_COMPRESSED))
            self.logical[output] = Tensor(output, shape, "", 0).elements
        if is_compressed or kind == "const":
            for field in message:
                if field.number in (2, 5):
                    self._argument(message, field, output, is_compressed)

    def _argument(self, message: Message, field: Field, output: str, is_compressed: bool) -> None:
        key, found, entry = message.pair(field, _NAME)
        if found is None or found.kind != BYTES or key == "name":
            return
        inner = entry.inside(found)
        if field.number == 5:
            self._value(inner, f"{output}/{key}" if is_compressed else output, is_compressed)
            return
        for binding in inner:
            if binding.number == 1:
                self._binding(inner.inside(binding), f"{output}/{key}", is_compressed)

    def _binding(self, message: Message, name: str, is_compressed: bool) -> None:
        for field in message:
            if field.number == 1 and is_compressed:
                self.feeds.add(message.text(field, _NAME))
            elif field.number == 2:
                self._value(message.inside(field), name, is_compressed)

    def _value(self, message: Message, name: str, is_compressed: bool) -> None:
        value = _read_value(message)
        if not value.dtype or value.dtype == "TEXT" or (not value.shape and not value.file):
            return
        path = message.wire.source.path
        require(self.most_tensors, len(self.tensors) + 1, "tensors", path, f"{message.start:#x}")
        nbytes = self._blob_bytes(value, name) if value.file else value.nbytes
        self.tensors.append(Tensor(name, value.shape, value.dtype, nbytes, value.offset))
        needed = stored_bytes(value.shape, value.dtype)
        if is_compressed:
            self.feeds.add(name)
        if value.file and needed is not None and nbytes and needed != nbytes:
            self._tell(f"{name} needs {needed:,} bytes, {nbytes:,} are kept for it", name)
        elif not value.file and needed is not None and needed > 4 * nbytes:
            self._tell(f"{name} needs {needed:,} bytes, {nbytes:,} are there", name)

    def _blob_bytes(self, value: _Value, name: str) -> int:
        """Return the length that the blob file's own description gives, 0 where it cannot be read."""
        location = value.file.removeprefix(_MODEL_FOLDER)
        source = self.outside.open(location)
        if source is None:
            return min(stored_bytes(value.shape, value.dtype) or 0, 2**63 - 1)
        try:
            blob = read_blob(source, value.at)
        except FormatError as error:
            self._tell(error.message, name)
            return 0
        self.outside.check(location, blob.offset, blob.nbytes, name)
        if blob.dtype != value.dtype:
            self._tell(f"{name} is {value.dtype} in the program and {blob.dtype} in {location}", name)
        return blob.nbytes

    def _tell(self, message: str, name: str) -> None:
        self.problems.tell(message, name)
        self.odd.add(name)


def is_blob_file(head: bytes) -> bool:
    """Whether a file begins as a blob file does: a count, version 2, and the first description's sentinel."""
    has_version = head[4:HEADER] == b"\x02" + bytes(HEADER - 5)
    return has_version and head[HEADER : HEADER + 4] == _SENTINEL.to_bytes(4, "little")


def read_blob(source: ByteSource, at: int) -> Blob:
    """Return one description. Raises `FormatError` when there is none at that place."""
    cursor = Cursor(source, at, block=32)
    if at > source.size or cursor.u32() != _SENTINEL:
        raise FormatError(f"{source.path} has no description of data at {at:,}", where=f"{at:#x}")
    kind, nbytes, offset = cursor.u32(), cursor.u64(), cursor.u64()
    return Blob(at, BLOB_TYPES.get(kind, f"TYPE_{kind}"), nbytes, offset)


def read_blobs(source: ByteSource, most: int) -> list[Blob]:
    """Return all descriptions of a blob file; each begins at the next 64 bytes behind the data before it."""
    count = int.from_bytes(source.read_at(0, 4), "little")
    require(most, count, "tensors", source.path, "0x0")
    blobs, at = [], HEADER
    for _ in range(count):
        blob = read_blob(source, at)
        if blob.offset < at + HEADER or blob.offset + blob.nbytes > source.size:
            raise FormatError(f"{source.path} has data that would reach beyond its end", where=f"{at:#x}")
        blobs.append(blob)
        at = -(-(blob.offset + blob.nbytes) // HEADER) * HEADER
    return blobs


def _read_value(message: Message) -> _Value:
    value = _Value()
    for field in message:
        if field.kind != BYTES:
            continue
        if field.number == 2:
            value.dtype, value.shape = _value_type(message.inside(field))
        elif field.number == 3:
            _read_immediate(message.inside(field), value)
        elif field.number == 5:
            inner = message.inside(field)
            for part in inner:
                if part.number == 1:
                    value.file = inner.text(part, _NAME)
                elif part.number == 2:
                    value.at = part.value
    return value


def _read_immediate(message: Message, value: _Value) -> None:
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            tensor = message.inside(field)
            for part in tensor:
                if part.number in _IMMEDIATE and part.kind == BYTES:
                    numbers = tensor.inside(part)
                    spans = [item for item in numbers if item.number == 1]
                    value.nbytes = sum([span.length for span in spans])
                    is_plain = len(spans) == 1 and _IMMEDIATE[part.number]
                    value.offset = spans[0].start if is_plain else None


def _named_type(message: Message) -> tuple[str, tuple[int, ...]]:
    name = ""
    shape: tuple[int, ...] = ()
    for field in message:
        if field.number == 1:
            name = message.text(field, _NAME)
        elif field.number == 2:
            shape = _value_type(message.inside(field))[1]
    return name, shape


def _value_type(message: Message) -> tuple[str, tuple[int, ...]]:
    """Return a tensor's type and shape; an empty type for lists, tuples and dictionaries."""
    dtype = ""
    shape: list[int] = []
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            tensor = message.inside(field)
            for part in tensor:
                if part.number == 1:
                    dtype = TYPES.get(part.value, f"TYPE_{part.value & 0xFFFFFFFF}")
                elif part.number == 3:
                    require(_RANK, len(shape) + 1, "dimensions", message.wire.source.path, f"{part.start:#x}")
                    shape.append(_extent(tensor.inside(part)))
    return dtype, tuple(shape)


def _extent(message: Message) -> int:
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            inner = message.inside(field)
            return next((part.value for part in inner if part.number == 1), 0)
    return 0
