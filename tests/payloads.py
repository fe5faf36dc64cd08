"""Weights as training leaves them, and inert things hidden in them: made here, readable, nothing that could run."""

from __future__ import annotations

import base64
import json
import pickletools
import random
import struct
from collections.abc import Mapping
from pathlib import Path

from tests.support import facts_of
from weighbridge.facts.values import TensorValues

COUNT = 20_000


def weights(count: int = COUNT, *, seed: int = 7, spread: float = 0.02) -> bytearray:
    """Numbers as a trained layer holds them, in 32 bits."""
    source = random.Random(seed)
    return bytearray(struct.pack(f"<{count}f", *(source.gauss(0, spread) for _ in range(count))))


def shortened(data: bytes, bits: int = 16) -> bytearray:
    """The same numbers as a checkpoint in fewer bits holds them, written in 32 again."""
    keep = 0xFFFFFFFF << bits & 0xFFFFFFFF
    return bytearray(struct.pack(f"<{len(data) // 4}I", *(word & keep for (word,) in struct.iter_unpack("<I", data))))


def elf() -> bytes:
    """A header that a system would take for a program, and noise: nothing that could run."""
    return b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + random.Random(1).randbytes(3000)


def source_code() -> bytes:
    """A hundred kilobytes of the standard library's own text."""
    return (Path(pickletools.__file__).read_bytes() * 2)[:150_000]


def keyed(data: bytes, key: bytes = b"\x5a") -> bytes:
    """The same bytes combined with a repeated key: no header, no text, but not random either."""
    return bytes([byte ^ key[index % len(key)] for index, byte in enumerate(data)])


def encoded(data: bytes) -> bytes:
    """The same bytes in base64."""
    return base64.b64encode(data)


def plant(
    payload: bytes, low: int, *, is_reversed: bool = False, skip: int = 0, data: bytes | bytearray | None = None
) -> bytes:
    """Write a payload into the low bytes of consecutive 32-bit numbers."""
    planted = bytearray(weights() if data is None else data)
    for index, byte in enumerate(payload):
        number, place = divmod(index, low)
        planted[(number + skip) * 4 + (low - 1 - place if is_reversed else place)] = byte
    return bytes(planted)


def safetensors(tensors: Mapping[str, tuple[str, tuple[int, ...], bytes]]) -> bytes:
    """A file of tensors by their dtype, shape and bytes."""
    header, data = {}, b""
    for name, (dtype, shape, held) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(held)]}
        data += held
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def look(data: bytes, dtype: str = "F32", shape: tuple[int, ...] = ()) -> TensorValues:
    """Return the look at a file with one tensor of those bytes."""
    width = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}.get(dtype, 1)
    file = safetensors({"w": (dtype, shape or (len(data) // width,), data)})
    return values_of({"model.safetensors": file})


def values_of(files: Mapping[str, bytes]) -> TensorValues:
    """Return the look at the values in some files."""
    found = facts_of(files).get(TensorValues)
    assert isinstance(found, TensorValues), found
    return found
