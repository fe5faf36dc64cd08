"""Sorted tables as LevelDB writes them, in which TensorFlow keeps the index of a checkpoint.

The footer leads to the index block, that to the data blocks. A block holds keys with values, each key without the
beginning that it shares with the one before.
"""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.errors import FormatError
from weighbridge.formats import snappy
from weighbridge.formats.binary import Limits, require
from weighbridge.model import ByteSource

FOOTER = 48
MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
_TRAILER = 5
_PLAIN, _SNAPPY = 0, 1


def is_table(source: ByteSource) -> bool:
    """Whether the file ends as a table does."""
    return source.size >= FOOTER and source.read_at(source.size - len(MAGIC), len(MAGIC)) == MAGIC


class Table:
    """A table's entries, in order. What all blocks together hold is bounded by the limits."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        if not is_table(source):
            raise FormatError(f"{source.path} does not end as a checkpoint's index does", where=f"{source.size:#x}")
        self.source = source
        self.limits = limits
        self._bytes_left = limits.header_bytes
        self._entries_left = limits.items

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys and values. Raises `FormatError`, `LimitExceeded`."""
        footer = self.source.read_at(self.source.size - FOOTER, FOOTER)
        _, _, at = self._handle(footer, 0)
        offset, size, _ = self._handle(footer, at)
        for _, handle in self._entries(self._block(offset, size)):
            offset, size, _ = self._handle(handle, 0)
            yield from self._entries(self._block(offset, size))

    def _block(self, offset: int, size: int) -> bytes:
        where = f"{offset:#x}"
        if offset + size + _TRAILER > self.source.size:
            raise FormatError(f"{self.source.path} has a block that would reach beyond its end", where=where)
        self._spend(size, where)
        stored = self.source.read_at(offset, size + _TRAILER)
        if len(stored) < size + _TRAILER:
            raise FormatError(f"{self.source.path} ended early", where=where)
        kind, data = stored[size], stored[:size]
        if kind == _SNAPPY:
            data = snappy.unpack(data, min(self.limits.inflated_bytes, self._bytes_left), self.source.path)
            self._spend(len(data), where)
        elif kind != _PLAIN:
            raise FormatError(f"{self.source.path} has a block of the unknown kind {kind}", where=where)
        return data

    def _spend(self, size: int, where: str) -> None:
        require(self._bytes_left, size, "bytes of blocks", self.source.path, where)
        self._bytes_left -= size

    def _entries(self, block: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield a block's entries; behind them stand the places where keys are whole, four bytes each."""
        if len(block) < 4:
            raise self._error("has a block without its end")
        end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
        if end < 0:
            raise self._error("has a block that is shorter than it says")
        at, key = 0, b""
        while at < end:
            shared, at = self._varint(block, at)
            fresh, at = self._varint(block, at)
            length, at = self._varint(block, at)
            if shared > len(key) or at + fresh + length > end:
                raise self._error("has an entry that reaches beyond its block")
            require(self.limits.text, shared + fresh, "bytes of a name", self.source.path)
            require(self._entries_left, 1, "entries more than it may have", self.source.path)
            self._entries_left -= 1
            # A name may share most of itself with the one before: only here does it take room.
            self._spend(shared + fresh, "")
            key = key[:shared] + block[at : at + fresh]
            at += fresh + length
            yield key, block[at - length : at]

    def _handle(self, data: bytes, at: int) -> tuple[int, int, int]:
        offset, at = self._varint(data, at)
        size, at = self._varint(data, at)
        return offset, size, at

    def _varint(self, data: bytes, at: int) -> tuple[int, int]:
        value = shift = 0
        for index in range(at, min(at + 10, len(data))):
            value |= (data[index] & 0x7F) << shift
            if data[index] < 0x80:
                return value, index + 1
            shift += 7
        raise self._error("has a number that does not end")

    def _error(self, what: str) -> FormatError:
        return FormatError(f"{self.source.path} {what}")
