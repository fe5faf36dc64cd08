"""A zip's directory: from its tail, or from its local headers where the tail is gone.

Layouts after PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3. No size or offset in it is believed before it is compared
with the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Limits
from weighbridge.model import ByteSource, Problem

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
END_64 = b"PK\x06\x06"
LOCATOR_64 = b"PK\x06\x07"
DESCRIPTOR = b"PK\x07\x08"

LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL_HEADER = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END_RECORD = struct.Struct("<4sHHHHIIH")
_END_RECORD_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")

# A comment is at most 65,535 bytes long; what stands behind it is looked through as far again.
TAIL = 2 * 65536 + _END_RECORD.size
HAS_DESCRIPTOR = 0x8
IS_UTF8 = 0x800
_STEP = 65536


class Member(msgspec.Struct, frozen=True):
    """A file in an archive, as the directory states it; `header_offset` is where its local header stands.

    `size` is its length when unpacked, `stored_size` as it lies in the archive; nothing of it is checked yet.
    """

    name: str
    header_offset: int
    size: int
    stored_size: int
    method: int
    flags: int
    crc: int

    @property
    def is_folder(self) -> bool:
        """Whether it only names a folder."""
        return self.name.endswith("/")


class Directory(msgspec.Struct, frozen=True):
    """All members in the directory's order, and what is wrong with the directory; `end` is where the archive ends."""

    members: tuple[Member, ...]
    problems: tuple[Problem, ...]
    complete: bool
    start: int
    end: int


class _End(msgspec.Struct, frozen=True):
    """The end record: where it stands, where the directory lies, its length, its number of entries, the archive's end."""

    at: int
    offset: int
    size: int
    entries: int
    file_end: int


def read_directory(source: ByteSource, limits: Limits) -> Directory:
    """Return a zip's members. Raises `FormatError` when there is neither a directory nor a local header."""
    end = _find_end(source)
    if end is None:
        return _scan(source, limits, "the archive has no directory: cut off, or taken away")
    start, shift = _place(source, end)
    if start is None:
        return _scan(source, limits, "the archive's directory is not where its end record says")
    return _from_directory(source, end, start, shift, limits)


def decode_name(raw: bytes, flags: int) -> str:
    """Return a member's name; bytes that are no text are written as escapes."""
    return raw.decode("utf-8" if flags & IS_UTF8 else "cp437", "backslashreplace")


def _find_end(source: ByteSource) -> _End | None:
    tail_at = max(0, source.size - TAIL)
    tail = source.read_at(tail_at, source.size - tail_at)
    at = tail.rfind(END)
    while at >= 0:
        if at + _END_RECORD.size <= len(tail):
            return _read_end(source, tail, tail_at, at)
        at = tail.rfind(END, 0, at)
    return None


def _read_end(source: ByteSource, tail: bytes, tail_at: int, at: int) -> _End:
    fields = _END_RECORD.unpack_from(tail, at)
    entries, size, offset, comment = fields[4:8]
    file_end = tail_at + at + _END_RECORD.size + comment
    end = _End(tail_at + at, offset, size, entries, file_end)
    locator = tail[max(0, at - _LOCATOR.size) : at]
    if len(locator) == _LOCATOR.size and locator.startswith(LOCATOR_64):
        return _read_end_64(source, end, _LOCATOR.unpack(locator)[2])
    return end


def _read_end_64(source: ByteSource, end: _End, stated: int) -> _End:
    """Follow the locator; where a prefix has moved everything, the record stands right before the locator."""
    for at in (stated, end.at - _LOCATOR.size - _END_RECORD_64.size):
        record = source.read_at(at, _END_RECORD_64.size) if 0 <= at < source.size else b""
        if len(record) == _END_RECORD_64.size and record.startswith(END_64):
            entries, size, offset = _END_RECORD_64.unpack(record)[7:10]
            return _End(at, offset, size, entries, end.file_end)
    return end


def _place(source: ByteSource, end: _End) -> tuple[int | None, int]:
    """Return where the directory really lies, and by how much all offsets in it are shifted by a prefix."""
    if end.entries == 0 and end.size == 0:
        return end.at, 0
    before_end = end.at - end.size
    for start in (before_end, end.offset):
        if 0 <= start <= end.at and source.read_at(start, 4) == CENTRAL:
            return start, start - end.offset if start == before_end else 0
    return None, 0


def _from_directory(source: ByteSource, end: _End, start: int, shift: int, limits: Limits) -> Directory:
    length = min(end.at - start, limits.header_bytes)
    data = source.read_at(start, length)
    members, problems, complete = _parse(data, start, shift, limits)
    if length < end.at - start:
        problems.append(Problem(f"the directory has {end.at - start:,} bytes; {length:,} were read", f"{start:#x}"))
        complete = False
    # The 16-bit count of a plain end record wraps at 65,536; the classic tools take it modulo that too.
    if complete and len(members) & 0xFFFF != end.entries & 0xFFFF:
        message = f"the end record announces {end.entries:,} members, the directory holds {len(members):,}"
        problems.append(Problem(message, f"{end.at:#x}"))
    if end.file_end != source.size:
        problems.append(_about_the_end(source.size, end.file_end))
    return Directory(
        tuple(members), tuple(problems), complete, min((m.header_offset for m in members), default=0), end.file_end
    )


def _about_the_end(size: int, stated: int) -> Problem:
    if stated > size:
        return Problem(f"the archive's comment reaches {stated - size:,} bytes beyond the file's end", f"{size:#x}")
    return Problem(f"{size - stated:,} bytes follow the end of the archive", f"{stated:#x}")


def _parse(data: bytes, start: int, shift: int, limits: Limits) -> tuple[list[Member], list[Problem], bool]:
    members: list[Member] = []
    at = 0
    while data[at : at + 4] == CENTRAL:
        if len(members) >= limits.members:
            message = f"the directory holds more than {limits.members:,} members; the rest was not read"
            return members, [Problem(message, f"{start + at:#x}")], False
        taken = _entry(data, at, shift)
        if taken is None:
            return members, [Problem("the directory's last entry is cut off", f"{start + at:#x}")], False
        member, at = taken
        members.append(member)
    if at < len(data) and not data.startswith((b"PK\x05\x05", END_64), at):
        return (
            members,
            [Problem(f"{len(data) - at:,} bytes of the directory are no entries", f"{start + at:#x}")],
            False,
        )
    return members, [], True


def _entry(data: bytes, at: int, shift: int) -> tuple[Member, int] | None:
    """Return the entry and where the next one begins; None when it is cut off."""
    if at + _CENTRAL_HEADER.size > len(data):
        return None
    fields = _CENTRAL_HEADER.unpack_from(data, at)
    flags, method, crc, stored, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, comment_length, offset = fields[10], fields[11], fields[12], fields[16]
    name_at = at + _CENTRAL_HEADER.size
    extra_at = name_at + name_length
    if extra_at + extra_length + comment_length > len(data):
        return None
    extra = data[extra_at : extra_at + extra_length]
    size, stored, offset = widen(extra, size, stored, offset)
    name = decode_name(data[name_at:extra_at], flags)
    return Member(name, offset + shift, size, stored, method, flags, crc), extra_at + extra_length + comment_length


def widen(extra: bytes, *values: int) -> tuple[int, ...]:
    """Replace each 32-bit value that is all ones by its 64-bit twin from the ZIP64 extra field, where there is one."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return tuple([next(wide, value) if value == 0xFFFFFFFF else value for value in values])
        at += 4 + length
    return values


def _scan(source: ByteSource, limits: Limits, why: str) -> Directory:
    """Walk the local headers, one after the other, as unpackers that need no directory do."""
    start = source.read_at(0, 65536).find(LOCAL)
    if start < 0:
        raise FormatError(f"{source.path} is no zip archive: {why}")
    members, problems, at = [], [Problem(why, f"{source.size:#x}")], start
    for member, following in _walk(source, start, limits):
        members.append(member)
        at = following
        if len(members) >= limits.members:
            break
    if at < source.size and source.read_at(at, 4) not in (CENTRAL, END, END_64):
        problems.append(Problem(f"{source.size - at:,} bytes are no members", f"{at:#x}"))
    return Directory(tuple(members), tuple(problems), False, start, source.size)


def _walk(source: ByteSource, at: int, limits: Limits) -> Iterator[tuple[Member, int]]:
    budget = limits.header_bytes
    while source.read_at(at, 4) == LOCAL:
        header = source.read_at(at, LOCAL_HEADER.size)
        if len(header) < LOCAL_HEADER.size:
            return
        _, _, flags, method, _, _, crc, stored, size, name_length, extra_length = LOCAL_HEADER.unpack(header)
        names = source.read_at(at + LOCAL_HEADER.size, name_length + extra_length)
        size, stored = widen(names[name_length:], size, stored)
        data_at = at + LOCAL_HEADER.size + name_length + extra_length
        following = data_at + stored
        if flags & HAS_DESCRIPTOR:
            found, following = _find_next(source, following, budget)
            budget -= found - (data_at + stored)
            stored = found - data_at
            size = size or (stored if method == 0 else 0)
        yield Member(decode_name(names[:name_length], flags), at, size, stored, method, flags, crc), following
        at = following


def _find_next(source: ByteSource, at: int, budget: int) -> tuple[int, int]:
    """Return where the data end that reach at least to `at`, and where the next header begins: by its signature."""
    stop = min(source.size, at + budget)
    while at < stop:
        block = source.read_at(at, _STEP + 3)
        found = min((hit for hit in map(block.find, (DESCRIPTOR, LOCAL, CENTRAL)) if hit >= 0), default=-1)
        if found >= 0:
            return at + found, _behind(source, block[found : found + 4], at + found)
        at += _STEP
    return max(at, source.size), source.size


def _behind(source: ByteSource, signature: bytes, at: int) -> int:
    """A descriptor holds a signature, a CRC and two sizes of 32 or 64 bits."""
    if signature != DESCRIPTOR:
        return at
    after = source.read_at(at + 16, 4)
    return at + 16 if after in (LOCAL, CENTRAL, END_64) else at + 24
