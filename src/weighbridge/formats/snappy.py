"""Snappy's raw blocks, unpacked within a limit: what LevelDB tables may be compressed with."""

from __future__ import annotations

from weighbridge.errors import FormatError
from weighbridge.formats.binary import require


def unpack(data: bytes, limit: int, path: str) -> bytes:
    """Return the unpacked bytes. Raises `LimitExceeded` beyond `limit` bytes, `FormatError` for broken data."""
    length, at = _preamble(data, path)
    require(limit, length, "bytes unpacked", path)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        at = _copy(data, at, tag, out, path) if tag & 3 else _literal(data, at, tag >> 2, out, path)
        if len(out) > length:
            raise FormatError(f"{path} has a compressed block that unpacks to more than it says")
    if len(out) != length:
        raise FormatError(f"{path} has a compressed block that unpacks to less than it says")
    return bytes(out)


def _preamble(data: bytes, path: str) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[:5]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, index + 1
    raise FormatError(f"{path} has a compressed block without a length")


def _literal(data: bytes, at: int, size: int, out: bytearray, path: str) -> int:
    """Append bytes as they stand; a length beyond 60 follows in one to four bytes."""
    if size >= 60:
        width = size - 59
        size = int.from_bytes(data[at : at + width], "little")
        at += width
    end = at + size + 1
    if end > len(data):
        raise FormatError(f"{path} has a compressed block that ends early")
    out += data[at:end]
    return end


def _copy(data: bytes, at: int, tag: int, out: bytearray, path: str) -> int:
    """Append bytes that came before; where they overlap with what is appended, they repeat."""
    width = {1: 1, 2: 2, 3: 4}[tag & 3]
    if at + width > len(data):
        raise FormatError(f"{path} has a compressed block that ends early")
    number = int.from_bytes(data[at : at + width], "little")
    if width == 1:
        length, offset = 4 + (tag >> 2 & 7), (tag >> 5) << 8 | number
    else:
        length, offset = (tag >> 2) + 1, number
    if not 0 < offset <= len(out):
        raise FormatError(f"{path} has a compressed block that copies from before its begin")
    start = len(out) - offset
    piece = bytes(out[start : start + length])
    out += (piece * (length // len(piece) + 1))[:length]
    return at + width
