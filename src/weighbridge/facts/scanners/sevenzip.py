"""7z archives: every member scanned as what it is, names that leave the folder observed."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.archive import leaves_folder
from weighbridge.formats.sevenzip import contents, read_sevenzip


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield names that leave the folder, and scan every member. Raises `FormatError`, `LimitExceeded`."""
    archive = read_sevenzip(subject.source, subject.limits)
    for name in archive.names:
        if leaves_folder(name):
            yield subject.observe("archive.traversal", name, f"unpacking writes {name!r}, outside the folder")
    for name, content in contents(subject.source, archive, subject.job.room):
        subject.job.spend(unpacked=content.size)
        if content.size:
            subject.scan_inside(content, name, "7z")
