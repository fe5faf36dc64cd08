"""ONNX tensors: name, shape, type and where the numbers lie, which are stepped over."""

from __future__ import annotations

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.inventory import Outside, Problems, stored_bytes
from weighbridge.formats.protobuf import BYTES, Field, Message
from weighbridge.model import Tensor

# TensorProto.DataType
TYPES = {
    1: "F32", 2: "U8", 3: "I8", 4: "U16", 5: "I16", 6: "I32", 7: "I64", 8: "TEXT", 9: "BOOL", 10: "F16", 11: "F64",
    12: "U32", 13: "U64", 14: "C64", 15: "C128", 16: "BF16", 17: "F8_E4M3", 18: "F8_E4M3FNUZ", 19: "F8_E5M2",
    20: "F8_E5M2FNUZ", 21: "U4", 22: "I4", 23: "F4", 24: "F8_E8M0", 25: "U2", 26: "I2", 27: "F6_E2M3", 28: "F6_E3M2",
}  # fmt: skip

_DIMS, _TYPE, _SEGMENT, _NAME, _RAW, _EXTERNAL, _LOCATION = 1, 2, 3, 8, 9, 13, 14
# Typed fields, and the width of an element where it is fixed; 0 for varints, whose length tells little.
_TYPED = {4: 4, 5: 0, 6: 0, 7: 0, 10: 8, 11: 0}
_RANK = 64
_ENTRIES = 100


class _Parts(msgspec.Struct):
    """A tensor's fields as they come."""

    name: str = ""
    dims: list[int] = []
    kind: int = 0
    nbytes: int = 0
    offset: int | None = None
    is_raw: bool = False
    has_typed: bool = False
    external: dict[str, str] = {}
    location: int = 0


class TensorReader:
    """Reads tensors and tells what is wrong with them; `odd` are the names of those that are not what they say."""

    def __init__(self, outside: Outside, problems: Problems) -> None:
        self.outside = outside
        self.problems = problems
        self.odd: set[str] = set()

    def read(self, message: Message, prefix: str, fallback: str) -> Tensor:
        """Return one tensor under `prefix` and its own name, or `fallback` where it has none."""
        parts = _read_parts(message)
        name = f"{prefix}{parts.name or fallback}"[-4096:]
        shape = tuple([max(0, extent) for extent in parts.dims])
        if min(parts.dims, default=0) < 0:
            self._tell(f"tensor {name} has a negative dimension", name)
        dtype = TYPES.get(parts.kind, f"TYPE_{parts.kind}")
        if parts.kind not in TYPES:
            self._tell(f"tensor {name} has the unknown type {parts.kind}", name)
        if parts.location == 1 or (parts.external and not parts.is_raw):
            return self._external(parts, Tensor(name, shape, dtype, 0))
        self._check(parts, name, shape, dtype)
        return Tensor(name, shape, dtype, parts.nbytes, parts.offset)

    def _external(self, parts: _Parts, tensor: Tensor) -> Tensor:
        """Return where the data lie in another file, which is not opened further than to learn its size."""
        location, name = parts.external.get("location", ""), tensor.name
        offset, length = _number(parts.external.get("offset", "0")), _number(parts.external.get("length", ""))
        needed = stored_bytes(tensor.shape, tensor.dtype)
        if offset is None or ("length" in parts.external and length is None):
            self._tell(f"tensor {name} lies at no readable offset or length of another file", name)
            return tensor
        if length is not None and needed is not None and length != needed:
            self._tell(f"tensor {name} needs {needed:,} bytes, {length:,} are set aside for it elsewhere", name)
        length = length if length is not None else needed or 0
        self.outside.check(location, offset, length, name)
        return msgspec.structs.replace(tensor, nbytes=min(length, 2**63 - 1), offset=offset, file=location)

    def _check(self, parts: _Parts, name: str, shape: tuple[int, ...], dtype: str) -> None:
        needed = stored_bytes(shape, dtype)
        if needed is None or (not parts.is_raw and parts.has_typed and parts.offset is None):
            self._check_packed(parts, name, shape)
        elif needed != parts.nbytes:
            self._tell(f"tensor {name} needs {needed:,} bytes, {parts.nbytes:,} are there", name)

    def _check_packed(self, parts: _Parts, name: str, shape: tuple[int, ...]) -> None:
        """Numbers of varying width take a byte at least; two elements of four bits may share one."""
        count = 1
        for extent in shape:
            count *= extent
        if parts.kind != 8 and count > 2 * parts.nbytes:
            self._tell(f"tensor {name} has {count:,} elements, but {parts.nbytes:,} bytes", name)

    def _tell(self, message: str, name: str) -> None:
        self.problems.tell(message, name)
        self.odd.add(name)


def _read_parts(message: Message) -> _Parts:
    parts = _Parts()
    for field in message:
        number = field.number
        if number == _DIMS:
            parts.dims += message.integers(field, _RANK)
            if len(parts.dims) > _RANK:
                raise FormatError(f"a tensor has more than {_RANK} dimensions", where=f"{field.start:#x}")
        elif number == _TYPE:
            parts.kind = field.value & 0xFFFFFFFF
        elif number == _NAME:
            parts.name = message.text(field, 4096)
        elif number == _LOCATION:
            parts.location = field.value
        elif number == _EXTERNAL:
            _read_entry(message, field, parts)
        elif number == _RAW or number in _TYPED:
            _read_data(field, parts)
    return parts


def _read_data(field: Field, parts: _Parts) -> None:
    if field.number == _RAW:
        parts.nbytes, parts.offset, parts.is_raw = field.length, field.start, True
    elif not parts.is_raw:
        # Packed, one field holds all numbers; as older writers had it, each number is a field.
        parts.offset = field.start if _TYPED[field.number] and field.kind == BYTES and not parts.has_typed else None
        parts.nbytes += field.length
        parts.has_typed = True


def _read_entry(message: Message, field: Field, parts: _Parts) -> None:
    if len(parts.external) >= _ENTRIES:
        raise FormatError(f"a tensor has more than {_ENTRIES} entries about its data", where=f"{field.start:#x}")
    key, value, entry = message.pair(field, 256)
    parts.external[key] = entry.text(value, 4096) if value is not None else ""


def _number(text: str) -> int | None:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 20 else None
