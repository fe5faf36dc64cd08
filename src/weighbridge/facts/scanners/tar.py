"""Tar archives, read header by header: members scanned as what they are, names and links that leave the folder observed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.archive import leaves_folder
from weighbridge.formats.binary import Window

_BLOCK = 512
_STEP = 1024 * 1024
_NAME_LIMIT = 64 * 1024
_FILES = b"\x000127S"
_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL = b"L", b"K", b"x", b"g"


class _Entry(msgspec.Struct, frozen=True):
    """A header: the content begins at `start`; `link` is where a link leads."""

    name: str
    kind: bytes
    start: int
    size: int
    link: str


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield names and links that leave the folder, and scan every member. Raises `FormatError` for a broken header."""
    end = 0
    for entry in _entries(subject):
        end = max(end, entry.start + entry.size)
        where = subject.where(offset=entry.start - _BLOCK)
        if leaves_folder(entry.name):
            text = f"unpacking writes {entry.name!r}, outside the folder"
            yield subject.observe("archive.traversal", entry.name, text, where)
        if entry.kind in (b"1", b"2") and _leads_out(entry):
            text = f"{entry.name!r} is a link to {entry.link!r}, outside the folder"
            yield subject.observe("archive.traversal", entry.link, text, where)
        if entry.kind in (b"3", b"4", b"6"):
            yield subject.observe(
                "archive.device", entry.name, f"unpacking makes a device or pipe {entry.name!r}", where
            )
        if entry.kind in (b"\0", b"0", b"7") and entry.size:
            subject.scan_inside(Window(subject.source, entry.name, entry.start, entry.size), entry.name, "tar")
    yield from _behind(subject, end)


def _behind(subject: Subject, end: int) -> Iterator[Observation]:
    """Scan what stands behind the blocks of zeros that end the archive: readers of other formats begin at the end."""
    for at in range(end, subject.size, _STEP):
        data = subject.source.read_at(at, _STEP)
        found = len(data) - len(data.lstrip(b"\0"))
        if found < len(data):
            begin = at + found
            rest = subject.size - begin
            text = f"{rest:,} bytes follow the archive's end"
            yield subject.observe("archive.trailing", "tar", text, subject.where(offset=begin))
            subject.scan_inside(Window(subject.source, f"@{begin:#x}", begin, rest), f"@{begin:#x}", "tar")
            return


def _leads_out(entry: _Entry) -> bool:
    """Whether a link leads out of the folder: a symbolic link counts from its own folder, a hard link from the root."""
    if leaves_folder(entry.link) and entry.link.startswith(("/", "\\")):
        return True
    base = entry.name.replace("\\", "/").split("/")[:-1] if entry.kind == b"2" else []
    depth = len([part for part in base if part not in ("", ".")])
    for part in entry.link.replace("\\", "/").split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return True
    return False


def _entries(subject: Subject) -> Iterator[_Entry]:
    at, name, link, stated = 0, "", "", -1
    while at + _BLOCK <= subject.size:
        subject.job.spend()
        block = subject.source.read_at(at, _BLOCK)
        if not block.strip(b"\0"):
            return
        size, kind = _number(block[124:136], at), block[156:157]
        start = at + _BLOCK
        size = stated if stated >= 0 and kind not in (_PAX, _PAX_ALL) else size
        if kind in (_LONG_NAME, _LONG_LINK, _PAX, _PAX_ALL):
            text = subject.source.read_at(start, min(size, _NAME_LIMIT))
            if kind in (_PAX, _PAX_ALL):
                records = _records(text)
                name, link = records.get("path", name), records.get("linkpath", link)
                stated = int(records["size"]) if records.get("size", "").isdecimal() else stated
            elif kind == _LONG_NAME:
                name = _text(text)
            else:
                link = _text(text)
        else:
            length = size if kind in _FILES[:1] + b"07S" and start + size <= subject.size else 0
            if size and kind in b"\x0007S" and length == 0:
                raise FormatError(f"the archive ends within {name or _name(block)!r}", where=f"{at:#x}")
            yield _Entry(name or _name(block), kind, start, length, link or _text(block[157:257]))
            name, link, stated = "", "", -1
        at = start + -(-size // _BLOCK) * _BLOCK


def _name(block: bytes) -> str:
    prefix = _text(block[345:500]) if block[257:262] == b"ustar" and block[262:263] == b"\0" else ""
    return f"{prefix}/{_text(block[:100])}" if prefix else _text(block[:100])


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _number(raw: bytes, at: int) -> int:
    """Return a size: octal digits, or base 256 where the first bit is set."""
    if raw[:1] >= b"\x80":
        return int.from_bytes(raw[1:], "big") if raw[0] == 0x80 else 0
    digits = raw.strip(b"\0 ")
    if digits.strip(b"01234567"):
        raise FormatError("a tar header has no readable size", where=f"{at:#x}")
    return int(digits or b"0", 8)


def _records(text: bytes) -> dict[str, str]:
    """Return the records of a pax header: `length key=value`, one a line."""
    found, at = {}, 0
    while at < len(text):
        digits, space, _ = text[at : at + 20].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        if length <= len(digits) + 1 or at + length > len(text):
            break
        key, _, value = text[at + len(digits) + 1 : at + length - 1].partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "backslashreplace")
        at += length
    return found
