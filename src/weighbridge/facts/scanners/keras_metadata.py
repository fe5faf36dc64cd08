"""`keras_metadata.pb` of a SavedModel: every Keras object's configuration, as JSON in a protocol buffer."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.keras_config import scan_config
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.protobuf import BYTES, open_message

_TEXT = 16 * 1024 * 1024


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what loading would build that is no plain block. Raises `FormatError` when it cannot be read."""
    metadata = open_message(subject.source, subject.limits)
    for number, field in enumerate(metadata):
        if field.number != 1 or field.kind != BYTES:
            continue
        node = metadata.inside(field)
        for part in node:
            if part.number == 5 and part.kind == BYTES:
                yield from scan_config(subject, node.text(part, _TEXT), f"/nodes/{number}/metadata")
