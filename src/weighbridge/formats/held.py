"""A source whose blocks, and what was made of them, are kept while one file is looked at by several readers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from weighbridge.model import ByteSource

T = TypeVar("T")

# Small enough that the heads of hundreds of shards, fetched over a network, do not become megabytes.
BLOCK = 16 * 1024
BLOCKS = 64


class HeldSource:
    """A `ByteSource` that remembers its last blocks, so that a remote file's head and tail are fetched once.

    `memo` keeps what was parsed from the file (a zip directory), by the type of what was parsed.
    """

    def __init__(self, source: ByteSource) -> None:
        self.path = source.path
        self.size = source.size
        self._source = source
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._memo: dict[type[Any], Any] = {}

    @classmethod
    def over(cls, source: ByteSource) -> HeldSource:
        """Return the source itself when it already remembers, otherwise one that does."""
        return source if isinstance(source, HeldSource) else cls(source)

    @property
    def bare(self) -> ByteSource:
        """The source without memory, for readers that jump through a file and come back to nothing."""
        return self._source

    def head(self, length: int) -> bytes:
        """Return the first bytes."""
        return self.read_at(0, length)

    def once(self, kind: type[T], make: Callable[[], T]) -> T:
        """Return what was made before of that type, or make it. An error is not remembered."""
        if kind not in self._memo:
            self._memo[kind] = make()
        made: T = self._memo[kind]
        return made

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        if length > BLOCK:
            return self._source.read_at(offset, length)
        first, last = offset // BLOCK, (offset + length - 1) // BLOCK
        data = b"".join([self._block(number) for number in range(first, last + 1)])
        start = offset - first * BLOCK
        return data[start : start + length]

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._blocks[number] = self._source.read_at(number * BLOCK, min(BLOCK, self.size - number * BLOCK))
            if len(self._blocks) > BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return self._blocks[number]
