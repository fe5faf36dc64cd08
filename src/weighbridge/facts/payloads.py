"""Programs, archives and text that stand in a tensor's bytes, or in the low bytes of consecutive numbers."""

from __future__ import annotations

import string
import zlib
from collections.abc import Iterator

from weighbridge.facts.scanners.executables import executable_kind

# Enough of a header for every structural check.
_HEAD = 4096
_MAGICS = (b"\x7fELF", b"MZ", b"PK\x03\x04", b"#!/", b"7z\xbc\xaf\x27\x1c\x00", b"\x1f\x8b\x08")
_ZIP_METHODS = frozenset({0, 8, 9, 12, 14, 93, 95})
# Each place that looks like a header costs a look; bytes that repeat a magic without end get no more.
_PLACES = 10_000

_WINDOW = 2048
_TEXT = string.printable.encode("ascii")
_LETTERS = (string.ascii_letters + " ").encode("ascii")


def find_payload(data: bytes) -> tuple[str, int] | None:
    """Return the kind and the offset of the first executable, script or archive in `data`, None when there is none."""
    kind = payload_kind(data[:_HEAD])
    if kind:
        return kind, 0
    for magic in _MAGICS:
        for at in _places(data, magic):
            kind = payload_kind(data[at : at + _HEAD])
            if kind:
                return kind, at
    return None


def payload_kind(head: bytes) -> str:
    """Return what begins here, told by structure; empty where nothing known does."""
    if head.startswith(b"PK\x03\x04"):
        return "zip archive" if _is_zip(head) else ""
    if head.startswith(b"7z\xbc\xaf\x27\x1c\x00"):
        return "7z archive"
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip data" if _is_gzip(head) else ""
    # The tensor goes on behind the header, so a cut-off stub is none.
    return executable_kind(head, max(len(head), _HEAD))


def find_text(data: bytes) -> int | None:
    """Return the offset of the first window that is written text, None when there is none.

    Evenly distributed bytes are printable in two of five cases; two thousand in a row are not.
    """
    for at in range(0, len(data) - _WINDOW + 1, _WINDOW):
        window = data[at : at + _WINDOW]
        if len(window.translate(None, _TEXT)) * 50 > _WINDOW:
            continue
        letters = _WINDOW - len(window.translate(None, _LETTERS))
        if letters * 2 > _WINDOW and len(set(window)) >= 12:
            return at
    return None


def low_planes(data: bytes, width: int) -> Iterator[tuple[str, bytes]]:
    """Yield the low 1, 2, … bytes of consecutive little-endian numbers of `width` bytes, in both orders, and their names."""
    planes = [data[index::width] for index in range(width - 1)]
    for count in range(1, width):
        yield f"the low {count} of {width} bytes", _woven(planes[:count])
        if count > 1:
            yield f"the low {count} of {width} bytes, most significant first", _woven(planes[count - 1 :: -1])


def _woven(planes: list[bytes]) -> bytes:
    if len(planes) == 1:
        return planes[0]
    woven = bytearray(sum(len(plane) for plane in planes))
    for index, plane in enumerate(planes):
        woven[index :: len(planes)] = plane
    return bytes(woven)


def _places(data: bytes, magic: bytes) -> Iterator[int]:
    at = data.find(magic)
    for _ in range(_PLACES):
        if at < 0:
            return
        yield at
        at = data.find(magic, at + 1)


def _is_zip(head: bytes) -> bool:
    if len(head) < 30:
        return False
    version, method = int.from_bytes(head[4:6], "little"), int.from_bytes(head[8:10], "little")
    length = int.from_bytes(head[26:28], "little")
    name = head[30 : 30 + length]
    return version <= 63 and method in _ZIP_METHODS and 0 < length <= 1024 and not any(byte < 32 for byte in name)


def _is_gzip(head: bytes) -> bool:
    if len(head) < 18 or head[3] & 0xE0:
        return False
    try:
        return len(zlib.decompressobj(31).decompress(head, 64)) > 0
    except zlib.error:
        return False
