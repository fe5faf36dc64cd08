"""Data that a file keeps in other files: where a loader would look for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.archive import leaves_folder


def data_outside(subject: Subject, references: Iterable[str]) -> Iterator[Observation]:
    """Yield the references that lead out of the model's folder: up, to the root, to a drive, to an address."""
    for reference in references:
        if "://" in reference or reference.startswith(("//", "\\\\")):
            yield subject.observe("external.address", reference, f"loading fetches {reference}")
        elif leaves_folder(reference) or reference.startswith("~"):
            yield subject.observe(
                "external.outside", reference, f"loading reads {reference!r}, outside the model's folder"
            )
