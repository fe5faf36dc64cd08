"""Zip archives: every member scanned as what it is, every byte that belongs to no member looked at.

Members are read as the laxest unpacker reads them; where the archive disagrees with itself, that is observed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.executables import executable_kind
from weighbridge.facts.scanners.subject import HEAD, Subject
from weighbridge.formats.archive import Archive, Member, leaves_folder, open_archive
from weighbridge.formats.binary import Window
from weighbridge.formats.zipdirectory import END
from weighbridge.model.units import with_article

_STORAGE = re.compile(
    r"(?:^|/)(?:data|storages|tensors|constants|bytecode|data/weights|data/constants|\.data)/(?:\w*\d+|\d+\.storage)$"
)
_TORCH = re.compile(r"(?:^|/)(?:data\.pkl|archive_format|constants\.pkl|\.data/version)$")
# What a runtime writes between and behind members: padding, data descriptors, signatures.
_DESCRIPTOR = 24
_BOMB_RATIO = 200
_IRREGULARITIES = 20
_PIECES = 100


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what is odd about the archive, and scan every member. Raises `LimitExceeded` when there are too many."""
    archive = open_archive(subject.source, subject.limits)
    yield from _names(subject, archive)
    container = "torch" if any(_TORCH.search(name) for name in archive.names) else "zip"
    for member in archive.members:
        if not member.is_folder and (member.size or member.stored_size):
            yield from _member(subject, archive, member, container)
    if not archive.complete:
        subject.job.tell("the archive's directory could not be read to its end")
    yield from _pieces(subject, archive)
    if subject.job.costs.is_thorough:
        archive.verify()
    yield from _irregular(subject, archive)


def _names(subject: Subject, archive: Archive) -> Iterator[Observation]:
    for member in archive.members:
        if leaves_folder(member.name):
            text = f"unpacking writes {member.name!r}, outside the folder"
            yield subject.observe("archive.traversal", member.name, text, subject.where(offset=member.header_offset))


def _member(subject: Subject, archive: Archive, member: Member, container: str) -> Iterator[Observation]:
    subject.job.spend()
    try:
        if container == "torch" and _STORAGE.search(member.name):
            if subject.job.costs.is_thorough:
                yield from _storage(subject, archive, member)
        else:
            yield from _content(subject, archive, member, container)
    except LimitExceeded as error:
        subject.job.tell(f"{member.name}: {error.message}")
    except FormatError as error:
        subject.job.tell(f"{member.name} cannot be read: {error.message}")


def _content(subject: Subject, archive: Archive, member: Member, container: str) -> Iterator[Observation]:
    if member.method:
        if member.size > subject.job.room:
            if member.size > _BOMB_RATIO * max(1, member.stored_size):
                text = f"{member.name} unpacks from {member.stored_size:,} to {member.size:,} bytes"
                yield subject.observe("archive.bomb", member.name, text, subject.where(offset=member.header_offset))
            raise LimitExceeded(f"it unpacks to {member.size:,} bytes; {subject.job.room:,} may still be held")
        subject.job.spend(unpacked=member.size)
    subject.scan_inside(archive.open(member), member.name, container)


def _storage(subject: Subject, archive: Archive, member: Member) -> Iterator[Observation]:
    """Look at the beginning of raw numbers: they are never loaded as anything else, but may be taken out and run."""
    subject.job.spend(members=1)
    kind = executable_kind(archive.prefix(member, HEAD), member.size)
    if kind:
        text = f"the numbers of {member.name} are {with_article(kind)}"
        yield subject.observe(
            "executable.in-tensor", kind.partition(" ")[0].lower(), text, subject.where(member=member.name)
        )


def _pieces(subject: Subject, archive: Archive) -> Iterator[Observation]:
    """Look at what belongs to no member: before the first, between two, behind the end."""
    for label, start, end in list(_uncovered(subject, archive))[:_PIECES]:
        data = subject.source.read_at(start, min(end - start, HEAD))
        if not data.strip(b"\0"):
            continue
        where = subject.where(offset=start)
        yield subject.observe(f"archive.{label}", label, f"{end - start:,} bytes {_LABELS[label]}", where)
        subject.scan_inside(Window(subject.source, label, start, end - start), f"@{start:#x}", "gap")


_LABELS = {
    "prefix": "stand before the archive",
    "gap": "lie between two members and belong to none",
    "trailing": "follow the archive's end",
}


def _uncovered(subject: Subject, archive: Archive) -> Iterator[tuple[str, int, int]]:
    first = min((member.header_offset for member in archive.members), default=0)
    if first > 0:
        yield "prefix", 0, first
    spans = sorted(_spans(archive)) if subject.job.costs.is_thorough else []
    at = spans[0][1] if spans else 0
    for start, end in spans[1:]:
        if start - at > _DESCRIPTOR:
            yield "gap", at, start
        at = max(at, end)
    stated = _archive_end(subject)
    if stated is not None and stated < subject.size:
        yield "trailing", stated, subject.size


def _spans(archive: Archive) -> Iterator[tuple[int, int]]:
    for member in archive.members:
        try:
            yield member.header_offset, archive.data_offset(member) + member.stored_size
        except FormatError:
            continue


def _archive_end(subject: Subject) -> int | None:
    """Return where the end record with its comment ends."""
    tail_at = max(0, subject.size - 2 * 65_536)
    tail = subject.source.read_at(tail_at, subject.size - tail_at)
    at = tail.rfind(END)
    if at < 0 or at + 22 > len(tail):
        return None
    return tail_at + at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little")


def _irregular(subject: Subject, archive: Archive) -> Iterator[Observation]:
    """Observe where directory, local headers and contents disagree, which different unpackers resolve differently."""
    told = ("bytes stand before", "belong to no member", "follow the end of", "outside the folder")
    problems = [p for p in archive.problems if not any(words in p.message for words in told)]
    for problem in problems[:_IRREGULARITIES]:
        yield subject.observe("archive.irregular", problem.where, problem.message)
