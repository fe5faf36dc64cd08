"""Zip archives, read as the laxest unpacker would and described as the strictest would.

    archive = open_archive(source, limits)      # raises FormatError when it is no zip; kept while the file is looked at
    for member in archive.members: …            # directory order, duplicates included
    member = archive.find("archive/data.pkl")   # the last of that name, as unpackers take it; None where absent
    archive.open(member)                        # a ByteSource: a Window when stored, in memory when compressed
    archive.prefix(member, 4096)                # the first bytes, without unpacking the rest
    archive.data_offset(member)                 # where its stored bytes begin in the file
    archive.verify()                            # compares every local header with the directory: one read a member
    archive.problems                            # what is wrong so far; opening and verifying add to it

Flag bits and checksums never keep a member from being read, because they do not keep torch from reading it.
"""

from __future__ import annotations

import bz2
import itertools
import lzma
import zlib
from collections import Counter
from typing import Protocol

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, MemorySource, Siblings, Window, require
from weighbridge.formats.held import HeldSource
from weighbridge.formats.zipdirectory import (
    HAS_DESCRIPTOR,
    IS_UTF8,
    LOCAL,
    LOCAL_HEADER,
    Directory,
    Member,
    decode_name,
    read_directory,
    widen,
)
from weighbridge.model import ByteSource, Format, Inspection, Problem

__all__ = ["READER", "Archive", "Member", "leaves_folder", "open_archive"]

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
IS_ENCRYPTED = 0x1
# Bits that ordinary writers set: deflate's level, the data descriptor, UTF-8 names.
_USUAL_FLAGS = 0x2 | 0x4 | HAS_DESCRIPTOR | IS_UTF8
_CHUNK = 64 * 1024
_LISTED = 1000


class Archive:
    """A zip's members and how to read them. `complete` is False where the directory could not be read to its end."""

    def __init__(self, source: ByteSource, limits: Limits = LIMITS) -> None:
        directory = read_directory(source, limits)
        self.source = source
        self.members = directory.members
        self.complete = directory.complete
        self._problems = dict.fromkeys([*directory.problems, *_examine(directory, source.size)])
        self._limits = limits
        self._by_name = {member.name: member for member in directory.members}
        self._data_offsets: dict[Member, int] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, as far as was looked."""
        return tuple(self._problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name once, in the directory's order."""
        return tuple(self._by_name)

    def find(self, name: str) -> Member | None:
        """Return the member of that name, the last one where there are several."""
        return self._by_name.get(name)

    def data_offset(self, member: Member) -> int:
        """Return where the member's bytes begin, from its local header. Raises `FormatError` when that is not there."""
        if member not in self._data_offsets:
            self._data_offsets[member] = self._read_local(member)
        return self._data_offsets[member]

    def open(self, member: Member) -> ByteSource:
        """Return random access to a member's content, unpacked.

        Raises `LimitExceeded` when a compressed member unpacks to more than the limit, `FormatError` when its data are
        broken or its method is not known.
        """
        if member.method == STORED:
            return self._stored(member)
        data = self._unpack(member, self._limits.inflated_bytes)
        if len(data) != member.size:
            self._tell(f"unpacks to {len(data):,} bytes, the directory says {member.size:,}", member)
        if zlib.crc32(data) != member.crc:
            self._tell("does not match its checksum", member)
        return MemorySource(member.name, data)

    def read(self, member: Member, limit: int) -> bytes:
        """Return a small member whole. Raises `LimitExceeded` when it is longer than `limit` bytes."""
        require(limit, member.size, "bytes unpacked", self.source.path, member.name)
        content = self._stored(member) if member.method == STORED else self.open(member)
        require(limit, content.size, "bytes unpacked", self.source.path, member.name)
        data = content.read_at(0, content.size)
        if member.method == STORED and zlib.crc32(data) != member.crc:
            self._tell("does not match its checksum", member)
        return data

    def prefix(self, member: Member, length: int) -> bytes:
        """Return the first bytes of a member, fewer where it is shorter."""
        if member.method == STORED:
            return self._stored(member).read_at(0, length)
        return self._unpack(member, length, is_prefix=True)

    def verify(self) -> None:
        """Compare every member's local header with the directory, and look for bytes between members."""
        covered = []
        for member in self.members:
            try:
                covered.append((member.header_offset, self.data_offset(member) + member.stored_size, member))
            except FormatError as error:
                self._tell(error.message, member)
        self._find_gaps(sorted(covered, key=lambda item: item[0]))

    def _find_gaps(self, covered: list[tuple[int, int, Member]]) -> None:
        for (_, end, member), (start, _, _) in itertools.pairwise(covered):
            allowed = 24 if member.flags & HAS_DESCRIPTOR else 0
            if start - end > allowed:
                gap = Problem(f"{start - end:,} bytes after {member.name} belong to no member", f"{end:#x}")
                self._problems[gap] = None

    def _stored(self, member: Member) -> Window:
        if member.size != member.stored_size:
            self._tell(f"is stored plain, but in {member.stored_size:,} bytes instead of {member.size:,}", member)
        return Window(self.source, member.name, self.data_offset(member), member.stored_size)

    def _read_local(self, member: Member) -> int:
        at = member.header_offset
        header = self.source.read_at(at, LOCAL_HEADER.size) if 0 <= at < self.source.size else b""
        if len(header) < LOCAL_HEADER.size or not header.startswith(LOCAL):
            message = f"{self.source.path} has no member where its directory says that {member.name} is"
            raise FormatError(message, where=f"{member.header_offset:#x}")
        flags, method, _, _, _, stored, size, name_length, extra_length = LOCAL_HEADER.unpack(header)[2:]
        names = self.source.read_at(member.header_offset + LOCAL_HEADER.size, name_length + extra_length)
        self._compare(member, decode_name(names[:name_length], flags), flags, method)
        if not flags & HAS_DESCRIPTOR and widen(names[name_length:], size, stored) != (member.size, member.stored_size):
            self._tell("has other sizes in its local header than in the directory", member)
        return int(member.header_offset + LOCAL_HEADER.size + name_length + extra_length)

    def _compare(self, member: Member, name: str, flags: int, method: int) -> None:
        if name != member.name:
            self._tell(f"is called {name!r} in its local header", member)
        if flags != member.flags:
            self._tell(f"has flags {flags:#x} in its local header and {member.flags:#x} in the directory", member)
        if method != member.method:
            self._tell(f"has method {method} in its local header and {member.method} in the directory", member)

    def _unpack(self, member: Member, limit: int, *, is_prefix: bool = False) -> bytes:
        packed = Window(self.source, member.name, self.data_offset(member), member.stored_size)
        unpacker = _unpacker(member, packed)
        unpacked, at, room = [], _header_length(member), limit
        while at < packed.size and room > 0 and not unpacker.eof:
            try:
                unpacked.append(unpacker.decompress(packed.read_at(at, _CHUNK), room))
            except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
                raise FormatError(f"{member.name} cannot be unpacked: {error}", where=member.name) from error
            room -= len(unpacked[-1])
            at += _CHUNK
        if not is_prefix and room == 0 and not unpacker.eof:
            raise LimitExceeded(f"{member.name} unpacks to more than {limit:,} bytes", where=member.name)
        return b"".join(unpacked)

    def _tell(self, what: str, member: Member) -> None:
        self._problems[Problem(f"{member.name} {what}", member.name)] = None


def open_archive(source: ByteSource, limits: Limits = LIMITS) -> Archive:
    """Return the archive, parsed once a file. Raises `FormatError` when it is no zip."""
    if isinstance(source, HeldSource):
        return source.once(Archive, lambda: Archive(source, limits))
    return Archive(source, limits)


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unpacker(member: Member, packed: ByteSource) -> _Unpacker:
    if member.method == DEFLATED:
        return zlib.decompressobj(-15)
    if member.method == BZIP2:
        return bz2.BZ2Decompressor()
    if member.method == LZMA:
        return _lzma(member, packed.read_at(4, 5))
    raise FormatError(f"{member.name} is packed by method {member.method}, which is not known here", where=member.name)


def _lzma(member: Member, properties: bytes) -> lzma.LZMADecompressor:
    """APPNOTE 5.8.8: a version, the length of the properties, the properties, raw LZMA1 data."""
    if len(properties) < 5 or properties[0] >= 9 * 5 * 5:
        raise FormatError(f"{member.name} has no valid LZMA header", where=member.name)
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    size = min(int.from_bytes(properties[1:], "little"), 64 * 1024 * 1024)
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    except (lzma.LZMAError, ValueError) as error:
        raise FormatError(f"{member.name} has no valid LZMA header", where=member.name) from error


def _header_length(member: Member) -> int:
    return 9 if member.method == LZMA else 0


def _examine(directory: Directory, size: int) -> list[Problem]:
    """What can be said of the members from the directory alone."""
    problems = []
    if directory.start > 0 and directory.members:
        problems.append(Problem(f"{directory.start:,} bytes stand before the first member", "0x0"))
    counts = Counter(member.name for member in directory.members)
    problems += [Problem(f"{name} is there {count} times", name) for name, count in counts.items() if count > 1]
    for member in directory.members:
        problems += _examine_member(member, size)
    return problems + _overlaps(directory.members)


def _examine_member(member: Member, size: int) -> list[Problem]:
    problems = []
    if leaves_folder(member.name):
        problems.append(Problem(f"{member.name} would be written outside the folder it is unpacked in", member.name))
    if member.flags & IS_ENCRYPTED:
        problems.append(Problem(f"{member.name} is marked as encrypted", member.name))
    elif member.flags & ~_USUAL_FLAGS:
        problems.append(Problem(f"{member.name} has unusual flag bits: {member.flags:#x}", member.name))
    if member.header_offset + LOCAL_HEADER.size + member.stored_size > size or member.header_offset < 0:
        problems.append(Problem(f"{member.name} would reach beyond the end of the file", member.name))
    return problems


def _overlaps(members: tuple[Member, ...]) -> list[Problem]:
    ordered = sorted(members, key=lambda member: member.header_offset)
    pairs = itertools.pairwise(ordered)
    least = LOCAL_HEADER.size
    return [
        Problem(f"{first.name} and {second.name} share bytes of the archive", second.name)
        for first, second in pairs
        if first.header_offset + least + first.stored_size > second.header_offset
    ]


def leaves_folder(name: str) -> bool:
    """Whether unpacking a member of that name could write outside the folder, or onto a drive."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or "\0" in name


class _ZipReader:
    """Zip archives that are no model format: their members are listed, nothing in them is looked at."""

    formats = (Format.ARCHIVE,)
    suffixes = (".zip",)

    def recognise(self, _head: bytes, source: ByteSource) -> Format | None:
        """Return `ARCHIVE` for whatever has a zip's directory or local headers."""
        return Format.ARCHIVE if open_archive(source).members else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the names of the first members, and that nothing in them was looked at."""
        archive = open_archive(source, limits)
        note = Problem(
            f"a zip archive of no known model format: its {len(archive.members):,} members were not looked at"
        )
        names = [name[: limits.text] for name in archive.names[:_LISTED]]
        metadata = {"members": names, "member_count": len(archive.members)}
        problems = (*archive.problems, note)
        return Inspection(
            source.path, Format.ARCHIVE, source.size, metadata=metadata, problems=problems, complete=False
        )


READER = _ZipReader()
