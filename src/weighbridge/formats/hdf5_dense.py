"""HDF5's dense storage: many links or attributes of one object, in a fractal heap indexed by a version 2 B-tree."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.hdf5_file import Fields, Hdf5File

# Where the heap id stands in a record: index of links by name, of attributes by name.
_ID_OFFSETS = {5: 4, 8: 0}
_NODE_OVERHEAD = 10


class _Heap(msgspec.Struct, frozen=True):
    """A fractal heap's geometry: rows of `width` blocks, whose sizes double from row to row."""

    id_length: int
    offset_width: int
    width: int
    first_block: int
    largest_block: int
    root: int
    rows: int

    def row_start(self, row: int) -> int:
        """Where a row begins in the heap's own space."""
        return 0 if row == 0 else self.width * self.first_block << (row - 1)

    def block_size(self, row: int) -> int:
        """How large the blocks of a row are."""
        return self.first_block if row == 0 else self.first_block << (row - 1)

    @property
    def direct_rows(self) -> int:
        """The rows whose blocks hold objects; those of later rows hold blocks."""
        return max(1, (self.largest_block // self.first_block).bit_length() + 1)


class _Tree(msgspec.Struct, frozen=True):
    """A B-tree: its record type and size, and for each level how wide its pointers' counts are."""

    kind: int
    record_size: int
    count_width: int
    total_widths: tuple[int, ...]


def heap_objects(file: Hdf5File, heap_at: int, tree_at: int) -> Iterator[tuple[int, int]]:
    """Yield where each object stands that the index names, and its length. Raises `FormatError`."""
    heap = _read_heap(file, heap_at)
    fields = Fields(file, tree_at)
    fields.expect(b"BTHD")
    fields.skip(1)
    kind, node_size, record_size, depth = fields.u8(), fields.u32(), fields.u16(), fields.u16()
    fields.skip(2)
    root, count = fields.address(), fields.u16()
    if kind not in _ID_OFFSETS or record_size < _ID_OFFSETS[kind] + heap.id_length or depth > file.limits.depth:
        raise FormatError(f"{file.source.path} has an index of a kind not known here", where=f"{tree_at:#x}")
    if root is None:
        return
    tree = _Tree(kind, record_size, *_pointer_widths(file, node_size, record_size, depth))
    for record in _records(file, tree, root, count, depth):
        start = _ID_OFFSETS[kind]
        yield _locate(file, heap, record[start : start + heap.id_length])


def _read_heap(file: Hdf5File, at: int) -> _Heap:
    fields = Fields(file, at)
    fields.expect(b"FRHP")
    fields.skip(1)
    id_length, filters = fields.u16(), fields.u16()
    if filters:
        raise FormatError(f"{file.source.path} keeps names in a compressed heap, which is not read", where=f"{at:#x}")
    fields.skip(5 + 10 * file.length_width + 2 * file.offset_width)
    width, first, largest, bits = fields.u16(), fields.length(), fields.length(), fields.u16()
    fields.skip(2)
    root, rows = fields.address(), fields.u16()
    is_sane = 0 < width <= 1024 and 0 < first <= largest <= 1 << 40 and 0 < bits <= 64 and rows <= 64
    if root is None or not is_sane or not bits // 8 + 1 < id_length <= 64:
        raise FormatError(f"{file.source.path} has a heap that cannot be", where=f"{at:#x}")
    return _Heap(id_length, -(-bits // 8), width, first, largest, root, rows)


def _pointer_widths(file: Hdf5File, node_size: int, record_size: int, depth: int) -> tuple[int, tuple[int, ...]]:
    """How many bytes the counts in a node's pointers take, which follows from how many records fit at most."""
    most = max(1, (node_size - _NODE_OVERHEAD) // record_size)
    count_width, total, totals = _width(most), most, [0]
    for _ in range(depth):
        pointer = file.offset_width + count_width + totals[-1]
        fit = max(1, (node_size - _NODE_OVERHEAD - pointer) // (record_size + pointer))
        total = (fit + 1) * total + fit
        totals.append(_width(total))
    return count_width, tuple(totals)


def _width(count: int) -> int:
    return (count.bit_length() - 1) // 8 + 1


def _records(file: Hdf5File, tree: _Tree, at: int, count: int, depth: int) -> Iterator[bytes]:
    file.spend(1 + count)
    fields = Fields(file, at, block=4096)
    fields.expect(b"BTIN" if depth else b"BTLF")
    fields.skip(2)
    records = [fields.take(tree.record_size, "index record") for _ in range(count)]
    yield from records
    if not depth:
        return
    for _ in range(count + 1):
        child, number = fields.address(), fields.number(tree.count_width)
        fields.skip(tree.total_widths[depth - 1])
        if child is not None:
            yield from _records(file, tree, child, number, depth - 1)


def _locate(file: Hdf5File, heap: _Heap, heap_id: bytes) -> tuple[int, int]:
    if heap_id[0] >> 4 & 3:
        raise FormatError(f"{file.source.path} keeps a name outside its heap's blocks, which is not read")
    offset = int.from_bytes(heap_id[1 : 1 + heap.offset_width], "little")
    length = int.from_bytes(heap_id[1 + heap.offset_width :], "little")
    if heap.rows == 0:
        return heap.root + offset, length
    return _descend(file, heap, heap.root, offset, heap.rows, 0), length


def _descend(file: Hdf5File, heap: _Heap, block: int, offset: int, rows: int, depth: int) -> int:
    """Return the address of an offset in the space that an indirect block of so many rows spans."""
    file.spend()
    row = 0
    while row < rows and offset >= heap.row_start(row + 1):
        row += 1
    if row >= rows or depth > file.limits.depth:
        raise FormatError(f"{file.source.path} refers to an object outside its heap", where=f"{block:#x}")
    column, within = divmod(offset - heap.row_start(row), heap.block_size(row))
    fields = Fields(file, block)
    fields.expect(b"FHIB")
    fields.skip(1 + file.offset_width + heap.offset_width + (row * heap.width + column) * file.offset_width)
    child = fields.address()
    if child is None:
        raise FormatError(f"{file.source.path} refers to an empty block of its heap", where=f"{block:#x}")
    if row < heap.direct_rows:
        return child + within
    inner = (heap.block_size(row) // (heap.first_block * heap.width)).bit_length()
    return _descend(file, heap, child, within, inner, depth + 1)
