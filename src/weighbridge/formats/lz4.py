"""LZ4 frames, unpacked in Python: joblib writes them, and a scan must not depend on what is installed.

Frame and block formats after the LZ4 Frame Format Description 1.6.3. Checksums are stepped over: loaders that ignore them
would be a way around the scan.
"""

from __future__ import annotations

from weighbridge.errors import FormatError, LimitExceeded

_MAGIC = b"\x04\x22\x4d\x18"
_WINDOW = 64 * 1024
_BLOCK_SIZES = {4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22}
# Pure Python unpacks a few megabytes a second; more than this would cost more time than a scan may.
_MOST = 64 * 1024 * 1024


class Lz4:
    """Takes a frame piece by piece; what it unpacks to comes with the piece that ends it, so `eof` is asked for first."""

    def __init__(self) -> None:
        self.eof = False
        self.unused_data = b""
        self._held = bytearray()
        self._at = 0
        self._block_size = 0
        self._is_linked = self._has_block_sums = self._has_content_sum = False
        self._last = b""
        self._unpacked = 0

    def decompress(self, data: bytes) -> bytes:
        """Return what could be unpacked so far. Raises `FormatError` for broken data, `LimitExceeded` for too many."""
        self._held += data
        parts = []
        if not self._block_size and not self._read_header():
            return b""
        while (part := self._read_block()) is not None:
            parts.append(part)
        del self._held[: self._at]
        self._at = 0
        return b"".join(parts)

    def _read_header(self) -> bool:
        held = self._held
        if len(held) < 7:
            return False
        if bytes(held[:4]) != _MAGIC or held[4] >> 6 != 1:
            raise FormatError("no LZ4 frame of version 1")
        flags = held[4]
        self._at = 7 + (8 if flags & 0x08 else 0) + (4 if flags & 0x01 else 0)
        if len(held) < self._at:
            return False
        self._is_linked = not flags & 0x20
        self._has_block_sums, self._has_content_sum = bool(flags & 0x10), bool(flags & 0x04)
        self._block_size = _BLOCK_SIZES.get(held[5] >> 4 & 7, 0)
        if not self._block_size:
            raise FormatError("an LZ4 frame of unknown block size")
        return True

    def _read_block(self) -> bytes | None:
        held, at = self._held, self._at
        if self.eof or len(held) < at + 4:
            return None
        length = int.from_bytes(held[at : at + 4], "little")
        if length == 0:
            self.eof = True
            self._at = min(len(held), at + 4 + (4 if self._has_content_sum else 0))
            self.unused_data = bytes(held[self._at :])
            return None
        size = length & 0x7FFFFFFF
        if size > self._block_size:
            raise FormatError("an LZ4 block longer than its frame allows")
        end = at + 4 + size + (4 if self._has_block_sums else 0)
        if len(held) < end:
            return None
        raw = bytes(held[at + 4 : at + 4 + size])
        self._at = end
        return self._take(raw if length >> 31 else unpack_block(raw, self._last, self._block_size))

    def _take(self, part: bytes) -> bytes:
        self._unpacked += len(part)
        if self._unpacked > _MOST:
            raise LimitExceeded(f"LZ4 data unpack to more than {_MOST:,} bytes")
        if self._is_linked:
            self._last = (self._last + part)[-_WINDOW:]
        return part


def unpack_block(block: bytes, before: bytes, limit: int) -> bytes:
    """Return what one block unpacks to; `before` is what earlier blocks gave. Raises `FormatError` for broken data."""
    out, base = bytearray(before), len(before)
    at, end = 0, len(block)
    try:
        while at < end:
            token = block[at]
            count, at = _length(block, at + 1, token >> 4)
            if at + count > end or len(out) - base + count > limit:
                raise FormatError("an LZ4 block announces more literals than it holds")
            out += block[at : at + count]
            at += count
            if at >= end:
                break
            distance = block[at] | block[at + 1] << 8
            count, at = _length(block, at + 2, token & 15)
            _repeat(out, distance, count + 4, base + limit)
    except IndexError:
        raise FormatError("an LZ4 block ends early") from None
    return bytes(out[base:])


def _length(block: bytes, at: int, first: int) -> tuple[int, int]:
    count = first
    if first == 15:
        while (more := block[at]) == 255:
            count += 255
            at += 1
        count += more
        at += 1
    return count, at


def _repeat(out: bytearray, distance: int, count: int, limit: int) -> None:
    start = len(out) - distance
    if distance == 0 or start < 0 or len(out) + count > limit:
        raise FormatError("an LZ4 block repeats what is not there")
    if distance >= count:
        out += out[start : start + count]
    else:
        piece = bytes(out[start:])
        out += (piece * (count // distance + 1))[:count]
