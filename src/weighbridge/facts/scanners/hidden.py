"""A second file behind the first: HDF5 whose signature stands so far in that only its own library looks there."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.magics import hidden_hdf5
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.binary import Window


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield where it stands, and scan it."""
    start = hidden_hdf5(subject)
    if start is None:
        return
    text = f"an HDF5 file begins behind {start:,} bytes of something else"
    yield subject.observe("archive.prefix", "HDF5", text, subject.where(offset=start))
    subject.scan_inside(Window(subject.source, subject.name, start, subject.size - start), f"@{start:#x}", "gap")
