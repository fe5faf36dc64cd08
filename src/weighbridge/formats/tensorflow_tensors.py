"""TensorFlow's tensors: types, shapes, and the constants that graphs hold."""

from __future__ import annotations

import zlib

import msgspec

from weighbridge.formats.binary import require
from weighbridge.formats.protobuf import BYTES, Field, Message
from weighbridge.model import Tensor

# DataType; beyond a hundred stand the same types as references.
TYPES = {
    1: "F32", 2: "F64", 3: "I32", 4: "U8", 5: "I16", 6: "I8", 7: "TEXT", 8: "C64", 9: "I64", 10: "BOOL", 11: "I8",
    12: "U8", 13: "I32", 14: "BF16", 15: "I16", 16: "U16", 17: "U16", 18: "C128", 19: "F16", 20: "RESOURCE",
    21: "VARIANT", 22: "U32", 23: "U64", 24: "F8_E5M2", 25: "F8_E4M3", 26: "F8_E4M3FNUZ", 27: "F8_E4M3B11FNUZ",
    28: "F8_E5M2FNUZ", 29: "I4", 30: "U4", 31: "I2", 32: "U2",
}  # fmt: skip
_REFERENCE = 100
_CONTENT = 4
# Typed values: half, float, double, int, string, int64, bool, uint32, uint64, float8, complex.
_VALUES = frozenset({5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18})
_RANK = 254
_SAMPLE = 4096


class Constant(msgspec.Struct, frozen=True):
    """A constant with a fingerprint of its first bytes, by which copies in several functions are known.

    `is_filled` tells that one value stands for all elements.
    """

    tensor: Tensor
    fingerprint: int
    is_filled: bool


def dtype_name(number: int) -> str:
    """Return the type's name."""
    plain = number - _REFERENCE if number > _REFERENCE else number
    return TYPES.get(plain, f"TYPE_{number & 0xFFFFFFFF}")


def read_shape(message: Message) -> tuple[int, ...] | None:
    """Return the extents, -1 where one is open; None for a tensor of unknown rank."""
    extents: list[int] = []
    for field in message:
        if field.number == 2 and field.kind == BYTES:
            require(_RANK, len(extents) + 1, "dimensions", message.wire.source.path, f"{field.start:#x}")
            extents.append(_read_extent(message.inside(field)))
        elif field.number == 3 and field.value:
            return None
    return tuple(extents)


def _read_extent(message: Message) -> int:
    extent = 0
    for field in message:
        if field.number == 1:
            extent = field.signed
    return max(-1, extent)


def read_constant(message: Message, name: str) -> Constant:
    """Return what a `TensorProto` holds; its values are stepped over but for the first bytes."""
    shape: tuple[int, ...] = ()
    data: Field | None = None
    dtype, nbytes = "TYPE_0", 0
    for field in message:
        if field.number == 1:
            dtype = dtype_name(field.value)
        elif field.number == 2:
            shape = read_shape(message.inside(field)) or ()
        elif field.number == _CONTENT or field.number in _VALUES:
            nbytes += field.length
            data = data or field
    shape = tuple([max(0, extent) for extent in shape])
    start = data.start if data is not None and data.number == _CONTENT else None
    tensor = Tensor(name, shape, dtype, nbytes, start)
    # A byte holds four elements at most.
    return Constant(tensor, _fingerprint(message, data), tensor.elements > 4 * nbytes or _is_single(data, dtype))


def _is_single(data: Field | None, dtype: str) -> bool:
    return data is not None and data.number in (6, 7) and data.length <= (4 if dtype == "F32" else 8)


def _fingerprint(message: Message, data: Field | None) -> int:
    if data is None:
        return 0
    if data.kind != BYTES:
        return data.value
    return zlib.crc32(message.raw(data, _SAMPLE))
