"""7z archives, read without a library: the header, the folders of packed streams, the files in them.

After the 7z Format description of the LZMA SDK. Copy, LZMA, LZMA2, Deflate and bzip2 are unpacked, alone or behind the delta and
branch filters; encrypted streams and other methods are told as such.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Limits, MemorySource, require
from weighbridge.model import ByteSource

SIGNATURE = b"7z\xbc\xaf\x27\x1c"

_END, _HEADER, _MAIN, _FILES, _PACK, _FOLDERS, _SUBSTREAMS = 0x00, 0x01, 0x04, 0x05, 0x06, 0x07, 0x08
_SIZES, _DIGESTS, _FOLDER, _UNPACK_SIZES, _COUNTS, _EMPTY, _NAMES, _ENCODED = (
    0x09,
    0x0A,
    0x0B,
    0x0C,
    0x0D,
    0x0E,
    0x11,
    0x17,
)
_COPY, _DEFLATE, _BZIP2, _AES = b"\x00", b"\x04\x01\x08", b"\x04\x02\x02", b"\x06\xf1\x07\x01"
_FILTERS = {
    b"\x21": lzma.FILTER_LZMA2, b"\x03\x01\x01": lzma.FILTER_LZMA1, b"\x03": lzma.FILTER_DELTA, b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x01\x03": lzma.FILTER_X86, b"\x03\x03\x02\x05": lzma.FILTER_POWERPC, b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM, b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB, b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}  # fmt: skip
_CODERS = 16
_MOST_DICTIONARY = 256 * 1024 * 1024
_HEADER_LEVELS = 4
_PIECE = 64 * 1024


class Coder(msgspec.Struct, frozen=True):
    """One method of a chain: its id and what sets it up."""

    method: bytes
    properties: bytes


class Folder(msgspec.Struct):
    """A packed stream: where it lies, the methods from the last to the first applied, how long it unpacks, how many files."""

    chain: list[Coder]
    sizes: list[int]
    start: int = 0
    packed: int = 0
    files: list[int] = []

    @property
    def size(self) -> int:
        """Bytes when unpacked."""
        return self.sizes[0] if self.sizes else 0


class SevenZip(msgspec.Struct):
    """An archive: its folders, and the names of the files with content, in the folders' order."""

    folders: list[Folder]
    names: list[str]


class _Reader:
    """Reads numbers out of a header that is held in memory."""

    def __init__(self, data: bytes, path: str, limits: Limits) -> None:
        self._data = data
        self._at = 0
        self.path = path
        self.limits = limits

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, length: int) -> bytes:
        data = self._data[self._at : self._at + length]
        if length < 0 or len(data) < length:
            raise FormatError(f"{self.path} has a 7z header that ends early", where=f"{self._at:#x}")
        self._at += length
        return data

    def number(self) -> int:
        """Return a number whose first byte tells how many follow."""
        first, value = self.byte(), 0
        for index in range(8):
            mask = 0x80 >> index
            if not first & mask:
                return value + ((first & (mask - 1)) << 8 * index)
            value |= self.byte() << 8 * index
        return value

    def count(self) -> int:
        """Return a number of things that have to fit the header and the limits."""
        value = self.number()
        require(min(self.limits.members, 8 * len(self._data)), value, "parts of a 7z archive", self.path)
        return value

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[index // 8] & 0x80 >> index % 8) for index in range(count)]

    def digests(self, count: int) -> None:
        """Step over checksums: a loader may ignore them, so they are not asked."""
        defined = count if self.byte() else sum(self.bits(count))
        self.take(4 * defined)


def read_sevenzip(source: ByteSource, limits: Limits) -> SevenZip:
    """Return what an archive's header says. Raises `FormatError`, `LimitExceeded`."""
    start = source.read_at(0, 32)
    if len(start) < 32 or not start.startswith(SIGNATURE):
        raise FormatError(f"{source.path} is no 7z archive", where="0x0")
    offset, size = int.from_bytes(start[12:20], "little"), int.from_bytes(start[20:28], "little")
    require(limits.header_bytes, size, "bytes of header", source.path, "0x14")
    data = source.read_at(32 + offset, size) if 32 + offset + size <= source.size else b""
    if len(data) < size or not size:
        raise FormatError(f"{source.path} has its header beyond its end", where=f"{32 + offset:#x}")
    return _parse(source, data, limits, _HEADER_LEVELS)


def _parse(source: ByteSource, data: bytes, limits: Limits, levels: int) -> SevenZip:
    reader = _Reader(data, source.path, limits)
    kind = reader.byte()
    if kind == _ENCODED and levels:
        packed = _streams(reader)
        if not packed:
            raise FormatError(f"{source.path} has an empty packed header")
        return _parse(source, unpack_folder(source, packed[0], limits.header_bytes), limits, levels - 1)
    if kind != _HEADER:
        raise FormatError(f"{source.path} has no 7z header where one should stand", where=f"{kind:#x}")
    folders: list[Folder] = []
    names: list[str] = []
    while (kind := reader.byte()) != _END:
        if kind == _MAIN:
            folders = _streams(reader)
        elif kind == _FILES:
            names = _files(reader)
        else:
            raise FormatError(f"{source.path} has an unknown part in its header", where=f"{kind:#x}")
    return SevenZip(folders, names)


def _streams(reader: _Reader) -> list[Folder]:
    folders: list[Folder] = []
    position, packed = 0, list[int]()
    while (kind := reader.byte()) != _END:
        if kind == _PACK:
            position, packed = _pack_info(reader)
        elif kind == _FOLDERS:
            folders = _folders(reader)
        elif kind == _SUBSTREAMS:
            _substreams(reader, folders)
        else:
            raise FormatError(f"{reader.path} has an unknown part in its streams", where=f"{kind:#x}")
    for folder, size in zip(folders, packed, strict=False):
        folder.start, folder.packed = 32 + position, size
        position += size
    for folder in folders:
        folder.files = folder.files or [folder.size]
    return folders


def _pack_info(reader: _Reader) -> tuple[int, list[int]]:
    position, count, sizes = reader.number(), reader.count(), list[int]()
    while (kind := reader.byte()) != _END:
        if kind == _SIZES:
            sizes = [reader.number() for _ in range(count)]
        elif kind == _DIGESTS:
            reader.digests(count)
        else:
            raise FormatError(f"{reader.path} has an unknown part in its pack information", where=f"{kind:#x}")
    return position, sizes


def _folders(reader: _Reader) -> list[Folder]:
    folders: list[Folder] = []
    while (kind := reader.byte()) != _END:
        if kind == _FOLDER:
            count = reader.count()
            if reader.byte():
                raise FormatError(f"{reader.path} keeps its folders in another stream")
            folders = [_folder(reader) for _ in range(count)]
        elif kind == _UNPACK_SIZES:
            for folder in folders:
                sizes = [reader.number() for _ in folder.chain]
                folder.sizes = [max(sizes)] if sizes else []
        elif kind == _DIGESTS:
            reader.digests(len(folders))
        else:
            raise FormatError(f"{reader.path} has an unknown part in its folders", where=f"{kind:#x}")
    return folders


def _folder(reader: _Reader) -> Folder:
    coders = []
    count = reader.number()
    require(_CODERS, count, "methods in one chain", reader.path)
    for _ in range(count):
        flags = reader.byte()
        method = reader.take(flags & 0x0F)
        if flags & 0x10 and (reader.number(), reader.number()) != (1, 1):
            raise FormatError(f"{reader.path} is packed by a method of several streams, which is not known here")
        coders.append(Coder(method, reader.take(reader.number()) if flags & 0x20 else b""))
    bound = {reader.number(): reader.number() for _ in range(max(0, count - 1))}
    return Folder(_chain(coders, bound, reader.path), [])


def _chain(coders: list[Coder], bound: dict[int, int], path: str) -> list[Coder]:
    """Return the methods in the order in which they were applied; `bound` maps a method's input to who fills it."""
    last = next((index for index in range(len(coders)) if index not in bound.values()), 0)
    order = [last]
    while (following := bound.get(order[-1])) is not None and len(order) < len(coders):
        order.append(following)
    if len(order) != len(coders) or not all(0 <= index < len(coders) for index in order):
        raise FormatError(f"{path} is packed by methods that form no chain")
    return [coders[index] for index in order]


def _substreams(reader: _Reader, folders: list[Folder]) -> None:
    counts = [1] * len(folders)
    kind = reader.byte()
    if kind == _COUNTS:
        counts = [reader.count() for _ in folders]
        kind = reader.byte()
    for folder, count in zip(folders, counts, strict=True):
        stated = [reader.number() for _ in range(count - 1)] if kind == _SIZES else []
        folder.files = [*stated, max(0, folder.size - sum(stated))] if count else []
    if kind == _SIZES:
        kind = reader.byte()
    while kind != _END:
        if kind != _DIGESTS:
            raise FormatError(f"{reader.path} has an unknown part in its substreams", where=f"{kind:#x}")
        reader.digests(sum(counts))
        kind = reader.byte()


def _files(reader: _Reader) -> list[str]:
    count, names, empty = reader.count(), list[str](), list[bool]()
    while (kind := reader.byte()) != _END:
        data = reader.take(reader.number())
        inner = _Reader(data, reader.path, reader.limits)
        if kind == _EMPTY:
            empty = inner.bits(count)
        elif kind == _NAMES:
            inner.byte()
            names = data[1:].decode("utf-16-le", "replace").split("\0")[:count]
    return [name for index, name in enumerate(names) if not (index < len(empty) and empty[index])]


def unpack_folder(source: ByteSource, folder: Folder, limit: int) -> bytes:
    """Return what a folder's stream unpacks to, as far as it can be. Raises `FormatError`, `LimitExceeded`."""
    if folder.size > limit:
        raise LimitExceeded(f"{source.path} unpacks to {folder.size:,} bytes; the limit is {limit:,}")
    if folder.start + folder.packed > source.size:
        raise FormatError(f"{source.path} has a packed stream beyond its end", where=f"{folder.start:#x}")
    packed = source.read_at(folder.start, min(folder.packed, limit))
    methods = [coder.method for coder in folder.chain]
    if any(method.startswith(_AES) for method in methods):
        raise FormatError(f"{source.path} is encrypted")
    return _unpack(packed, folder, methods, source.path)[: folder.size]


def _unpack(packed: bytes, folder: Folder, methods: list[bytes], path: str) -> bytes:
    """Unpack piece by piece: of a stream that breaks off, an unpacker has written out what came before."""
    if methods == [_COPY]:
        return packed
    unpacker = _unpacker(folder, methods, path)
    parts, room = [], folder.size
    for at in range(0, len(packed), _PIECE):
        try:
            parts.append(unpacker.decompress(packed[at : at + _PIECE], room))
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            if parts:
                break
            raise FormatError(f"{path} cannot be unpacked: {type(error).__name__}") from None
        room -= len(parts[-1])
        if room <= 0 or unpacker.eof:
            break
    return b"".join(parts)


def _unpacker(folder: Folder, methods: list[bytes], path: str) -> Any:
    if methods == [_DEFLATE]:
        return zlib.decompressobj(-15)
    if methods == [_BZIP2]:
        return bz2.BZ2Decompressor()
    filters = [_filter(coder, path) for coder in folder.chain]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError) as error:
        raise FormatError(f"{path} is packed by methods that form no chain: {error}") from None


def _filter(coder: Coder, path: str) -> dict[str, Any]:
    kind = _FILTERS.get(coder.method)
    raw = coder.properties
    if kind is None:
        raise FormatError(f"{path} is packed by the method {coder.method.hex()}, which is not known here")
    if kind == lzma.FILTER_LZMA2 and raw and raw[0] <= 40:
        size = (2 | raw[0] & 1) << (raw[0] // 2 + 11)
        return {"id": kind, "dict_size": max(4096, min(size, _MOST_DICTIONARY))}
    if kind == lzma.FILTER_LZMA1 and len(raw) >= 5 and raw[0] < 9 * 5 * 5:
        rest, lc = divmod(raw[0], 9)
        pb, lp = divmod(rest, 5)
        size = max(4096, min(int.from_bytes(raw[1:5], "little"), _MOST_DICTIONARY))
        return {"id": kind, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}
    if kind == lzma.FILTER_DELTA:
        return {"id": kind, "dist": (raw[0] if raw else 0) + 1}
    if kind in (lzma.FILTER_LZMA1, lzma.FILTER_LZMA2):
        raise FormatError(f"{path} has an LZMA stream without valid properties")
    return {"id": kind}


def contents(source: ByteSource, archive: SevenZip, limit: int) -> Iterator[tuple[str, MemorySource]]:
    """Yield every file with its content, folder by folder. Raises `FormatError`, `LimitExceeded`."""
    names = iter(archive.names)
    for number, folder in enumerate(archive.folders):
        data, at = unpack_folder(source, folder, limit), 0
        for size in folder.files:
            name = next(names, f"file {number}")
            yield name, MemorySource(name, data[at : at + size])
            at += size
