"""Numbers of a tensor's bytes, without a library: little-endian, one after the other."""

from __future__ import annotations

import struct
from collections.abc import Sequence

# Bytes an element, and how many bits of a number's fraction the type keeps.
WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
FRACTIONS = {"F64": 52, "F32": 23, "F16": 10, "BF16": 7}
_CODES = {"F64": "d", "F32": "f", "F16": "e"}


def floats(data: bytes, dtype: str) -> Sequence[float]:
    """Return the whole numbers of a float type that the bytes hold. Raises `KeyError` for any other type."""
    count = len(data) // WIDTHS[dtype]
    if dtype == "BF16":
        data, dtype = _widened(data[: 2 * count]), "F32"
    return struct.unpack(f"<{count}{_CODES[dtype]}", data[: count * WIDTHS[dtype]])


def _widened(data: bytes) -> bytes:
    """Return bfloat16 as 32-bit floats: the same upper half above zeros."""
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[::2], data[1::2]
    return bytes(wide)
