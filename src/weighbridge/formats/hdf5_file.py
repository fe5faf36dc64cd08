"""HDF5's low level: superblock, object headers, and the ways in which a group keeps its links.

Layouts after the HDF5 File Format Specification 3.0. Every address comes from the file and is checked by `Cursor`; how
many nodes, messages and links are followed is limited, so that cycles end.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Cursor, Limits
from weighbridge.model import ByteSource

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# The superblock may stand behind a user block of a power of two.
_PLACES = (0, *(512 << power for power in range(12)))
_STEPS = 500_000
_CONTINUATIONS = 1000

DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL_FILES, LAYOUT, FILTERS, ATTRIBUTE = 1, 2, 3, 6, 7, 8, 11, 12
CONTINUATION, SYMBOL_TABLE, ATTRIBUTE_INFO = 16, 17, 21
_IS_SHARED = 0x2
_SOFT, _EXTERNAL = 1, 64


class Fields(Cursor):
    """Reads the numbers of an HDF5 structure; addresses and lengths have the width that the superblock states."""

    def __init__(self, file: Hdf5File, at: int, block: int = 1024) -> None:
        super().__init__(file.source, at, block=block)
        self._file = file

    def u16(self) -> int:
        """Return a 16-bit number."""
        return int.from_bytes(self.take(2), "little")

    def number(self, width: int) -> int:
        """Return a number of any width in bytes."""
        return int.from_bytes(self.take(width), "little")

    def length(self) -> int:
        """Return a length in the file's width."""
        return self.number(self._file.length_width)

    def address(self) -> int | None:
        """Return an absolute address; None for the one that means nowhere."""
        width = self._file.offset_width
        address = self.number(width)
        return None if address == (1 << 8 * width) - 1 else address + self._file.base

    def expect(self, signature: bytes) -> None:
        """Step over a structure's signature. Raises `FormatError` when another stands there."""
        where = self.offset
        found = self.take(len(signature), "signature")
        if found != signature:
            message = f"{self.source.path} has {found!r} where {signature.decode()} should stand"
            raise FormatError(message, where=f"{where:#x}")


class Message(msgspec.Struct, frozen=True):
    """A header message: its type, where its content stands and how long it is."""

    kind: int
    at: int
    size: int
    is_shared: bool = False


class LinkTo(msgspec.Struct, frozen=True):
    """An entry of a group: to an object (`address`), to a path (`soft`), or into another file (`file`)."""

    name: str
    address: int | None = None
    soft: str = ""
    file: str = ""


class Hdf5File:
    """An HDF5 file, opened: its widths, its root group, and what was spent on it."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.steps = 0
        self.collections: dict[int, dict[int, tuple[int, int]]] = {}
        self.base = 0
        self.offset_width = self.length_width = 8
        self.start = _find_superblock(source)
        self.root = self._read_superblock()

    def spend(self, steps: int = 1) -> None:
        """Count work. Raises `LimitExceeded` when a file asks for more than any model needs."""
        self.steps += steps
        if self.steps > min(_STEPS, self.limits.items):
            raise LimitExceeded(f"{self.source.path} has more objects, links or messages than the limits allow")

    def _read_superblock(self) -> int:
        fields = Fields(self, self.start + len(SIGNATURE))
        self.version = fields.u8()
        if self.version > 3:
            raise FormatError(f"{self.source.path} has the superblock version {self.version}", where=f"{self.start:#x}")
        if self.version < 2:
            fields.skip(4)
        self.offset_width, self.length_width = fields.u8(), fields.u8()
        if self.offset_width not in (2, 4, 8) or self.length_width not in (2, 4, 8):
            raise FormatError(
                f"{self.source.path} has addresses of {self.offset_width} bytes", where=f"{self.start:#x}"
            )
        fields.skip(1 if self.version >= 2 else 9 if self.version == 0 else 13)
        self.base = fields.address() or 0
        fields.skip(self.offset_width)
        self.end = fields.address()
        if self.version < 2:
            fields.skip(2 * self.offset_width)
        root = fields.address()
        if root is None:
            raise FormatError(f"{self.source.path} has no root group", where=f"{self.start:#x}")
        return root

    def messages(self, address: int) -> list[Message]:
        """Return an object's header messages, those of its continuations included."""
        fields = Fields(self, address)
        if fields.peek(4) == b"OHDR":
            return list(_messages_2(self, fields))
        return list(_messages_1(self, fields))

    def links(self, messages: list[Message]) -> Iterator[LinkTo]:
        """Yield the entries of a group, from whichever of the three storages it uses."""
        for message in messages:
            fields = Fields(self, message.at)
            if message.kind == SYMBOL_TABLE:
                tree, heap = fields.address(), fields.address()
                if tree is not None and heap is not None:
                    yield from _symbols(self, tree, _HeapNames(self, heap), 0)
            elif message.kind == LINK:
                yield read_link(self, fields)
            elif message.kind == LINK_INFO:
                yield from self._dense_links(fields)

    def _dense_links(self, fields: Fields) -> Iterator[LinkTo]:
        fields.skip(1)
        fields.skip(8 if fields.u8() & 1 else 0)
        for at in self.dense_objects(fields):
            yield read_link(self, Fields(self, at))

    def dense_objects(self, fields: Fields) -> Iterator[int]:
        """Yield where the links or attributes stand that a heap and an index hold, whose addresses come next."""
        # Few files need it, and it stands on this module.
        from weighbridge.formats.hdf5_dense import heap_objects

        heap, tree = fields.address(), fields.address()
        if heap is not None and tree is not None:
            for at, _ in heap_objects(self, heap, tree):
                yield at

    def heap_text(self, heap: int, offset: int) -> str:
        """Return a text that ends with a zero byte in a local heap."""
        return _HeapNames(self, heap).at(offset)


class _HeapNames:
    """The texts of a local heap."""

    def __init__(self, file: Hdf5File, address: int) -> None:
        fields = Fields(file, address)
        fields.expect(b"HEAP")
        fields.skip(4)
        self._size = fields.length()
        fields.skip(file.length_width)
        self._at = fields.address()
        self._file = file

    def at(self, offset: int) -> str:
        if self._at is None or offset >= self._size:
            raise FormatError(f"{self._file.source.path} names an object outside its heap", where=f"{offset:#x}")
        length = min(self._file.limits.text, self._size - offset, self._file.source.size - self._at - offset)
        raw = self._file.source.read_at(self._at + offset, max(0, length))
        return raw.partition(b"\0")[0].decode("utf-8", "replace")


def _find_superblock(source: ByteSource) -> int:
    for place in _PLACES:
        if place < source.size and source.read_at(place, len(SIGNATURE)) == SIGNATURE:
            return place
    raise FormatError(f"{source.path} does not begin as an HDF5 file", where="0x0")


def _messages_1(file: Hdf5File, fields: Fields) -> Iterator[Message]:
    where = fields.offset
    if fields.u8() != 1:
        raise FormatError(f"{file.source.path} has no object header where one should stand", where=f"{where:#x}")
    fields.skip(7)
    size = fields.u32()
    fields.skip(4)
    blocks = [(fields.offset, size)]
    # Continuations are appended while their predecessors are read.
    for at, length_of_block in blocks:
        file.spend()
        fields, end = Fields(file, at), at + length_of_block
        while fields.offset + 8 <= end:
            file.spend()
            kind, length, flags = fields.u16(), fields.u16(), fields.u8()
            fields.skip(3)
            yield from _take_message(
                file, fields, Message(kind, fields.offset, length, bool(flags & _IS_SHARED)), blocks
            )


def _messages_2(file: Hdf5File, fields: Fields) -> Iterator[Message]:
    fields.skip(5)
    flags = fields.u8()
    fields.skip((16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0))
    size = fields.number(1 << (flags & 3))
    head = 6 if flags & 4 else 4
    blocks = [(fields.offset, size)]
    # Continuations are appended while their predecessors are read.
    for number, (at, length_of_block) in enumerate(blocks):
        file.spend()
        fields, end = Fields(file, at), at + length_of_block
        if number:
            fields.expect(b"OCHK")
            end -= 4
        while fields.offset + head <= end:
            file.spend()
            kind, length, message_flags = fields.u8(), fields.u16(), fields.u8()
            fields.skip(head - 4)
            message = Message(kind, fields.offset, length, bool(message_flags & _IS_SHARED))
            yield from _take_message(file, fields, message, blocks)


def _take_message(file: Hdf5File, fields: Fields, message: Message, blocks: list[tuple[int, int]]) -> Iterator[Message]:
    fields.skip(message.size, "a header message")
    if message.kind != CONTINUATION:
        yield message
        return
    inner = Fields(file, message.at)
    at, size = inner.address(), inner.length()
    if any(at == begun for begun, _ in blocks) or len(blocks) > _CONTINUATIONS:
        raise FormatError(f"{file.source.path} has an object header that continues in itself", where=f"{message.at:#x}")
    if at is not None:
        blocks.append((at, size))


def _symbols(file: Hdf5File, address: int, names: _HeapNames, depth: int) -> Iterator[LinkTo]:
    file.spend()
    if depth > file.limits.depth:
        raise LimitExceeded(f"{file.source.path} has a group tree of more than {file.limits.depth} levels")
    fields = Fields(file, address)
    if fields.peek(4) == b"SNOD":
        yield from _symbol_node(file, fields, names)
        return
    fields.expect(b"TREE")
    fields.skip(2)
    count = fields.u16()
    fields.skip(2 * file.offset_width)
    for _ in range(count):
        fields.skip(file.length_width)
        child = fields.address()
        if child is not None:
            yield from _symbols(file, child, names, depth + 1)


def _symbol_node(file: Hdf5File, fields: Fields, names: _HeapNames) -> Iterator[LinkTo]:
    fields.skip(6)
    for _ in range(fields.u16()):
        file.spend()
        name = names.at(fields.number(file.offset_width))
        address, cache = fields.address(), fields.u32()
        fields.skip(4)
        scratch = fields.take(16)
        if cache == 2:
            yield LinkTo(name, soft=names.at(int.from_bytes(scratch[:4], "little")))
        else:
            yield LinkTo(name, address)


def read_link(file: Hdf5File, fields: Fields) -> LinkTo:
    """Return what a link message says."""
    file.spend()
    fields.skip(1)
    flags = fields.u8()
    kind = fields.u8() if flags & 8 else 0
    fields.skip((8 if flags & 4 else 0) + (1 if flags & 0x10 else 0))
    name = _text(fields, fields.number(1 << (flags & 3)))
    if kind == 0:
        return LinkTo(name, fields.address())
    value = _text(fields, fields.u16())
    if kind == _SOFT:
        return LinkTo(name, soft=value)
    if kind == _EXTERNAL:
        target, _, inside = value[1:].partition("\0")
        return LinkTo(name, file=target or "?", soft=inside.rstrip("\0"))
    return LinkTo(name, soft=f"(a link of the user-defined type {kind})")


def _text(fields: Fields, length: int) -> str:
    if length > 65_536:
        raise LimitExceeded(f"{fields.source.path} has a link name of {length:,} bytes", where=f"{fields.offset:#x}")
    return fields.take(length, "link name").decode("utf-8", "replace")
