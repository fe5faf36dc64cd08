"""CoreML: layers and models that an app's own classes carry out, and data that lie in other files."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.outside import data_outside
from weighbridge.facts.scanners.subject import Subject


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield custom classes and data outside the folder. Raises `FormatError` when there is no model to be read."""
    inspection = subject.inspect()
    for name in inspection.metadata.get("custom_classes", []):
        yield subject.observe("coreml.custom", name, f"runs the class {name} of the app that loads it")
    yield from data_outside(subject, inspection.references)
