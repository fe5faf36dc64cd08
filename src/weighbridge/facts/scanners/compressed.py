"""Compressed files: unpacked within a budget, then scanned as what they hold.

gzip, bzip2, xz, lzma, zlib, lz4 and joblib's old `ZF` need nothing; zstd needs the `codecs` extra, without which such a file is
not looked at, and said not to be. What can be unpacked of a broken file is scanned: a loader has read it by then.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import LimitExceeded
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.compression import codec_of, unpack

_PIECE = 64 * 1024


def scan(subject: Subject) -> Iterator[Observation]:
    """Scan what the file holds. Raises `LimitExceeded` when that is too much, `FormatError` when it cannot be unpacked."""
    limits = msgspec.structs.replace(subject.limits, inflated_bytes=subject.job.room)
    try:
        unpacked = unpack(subject.source, limits, lax=True)
    except LimitExceeded as error:
        if "unpacks to" in error.message:
            yield subject.observe("archive.bomb", codec_of(subject.head), "unpacks to more than can be looked at")
        raise
    subject.job.spend(unpacked=unpacked.size)
    if unpacked.problem:
        yield subject.observe("archive.broken", codec_of(subject.head), "the compressed data break off or are broken")
    elif subject.source.read_at(unpacked.end, _PIECE).strip(b"\0"):
        text = f"{subject.size - unpacked.end:,} bytes follow the compressed data"
        yield subject.observe("archive.trailing", "compressed data", text, subject.where(offset=unpacked.end))
    stem, dot, _ = subject.name.rpartition(".")
    subject.scan_inside(unpacked, stem if dot and stem else subject.name, "compressed")
