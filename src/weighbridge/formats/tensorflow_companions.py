"""The small files beside a SavedModel: its fingerprint, and what Keras notes about its layers."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, Limits
from weighbridge.formats.inventory import Operators
from weighbridge.formats.protobuf import BYTES, VARINT, Message, open_message
from weighbridge.model import ByteSource

FINGERPRINT, KERAS = "fingerprint", "keras metadata"
# FingerprintDef: five hashes, a uuid, versions. SavedObject: number, path, identifier, metadata, version.
_FINGERPRINT = {1: VARINT, 2: VARINT, 3: VARINT, 4: VARINT, 5: VARINT, 6: BYTES, 7: BYTES}
_OBJECT = {2: VARINT, 3: BYTES, 4: BYTES, 5: BYTES, 6: BYTES}
_HASHES = {1: "checksum", 2: "graph", 3: "signatures", 4: "object graph", 5: "checkpoint"}
_FINGERPRINT_LIMIT = 4096
_JSON = 1024 * 1024
_IDENTIFIER = b"_tf_keras_"


def companion_kind(source: ByteSource) -> str:
    """Return which of them a file is; empty where it is none. Never raises for what the file holds."""
    message = open_message(source, msgspec.structs.replace(LIMITS, items=1000))
    try:
        if source.size <= _FINGERPRINT_LIMIT and _is_fingerprint(message):
            return FINGERPRINT
        first = next(iter(message), None)
        if first is not None and (first.number, first.kind) == (1, BYTES) and _is_object(message.inside(first)):
            return KERAS
    except FormatError:
        return ""
    return ""


def _is_fingerprint(message: Message) -> bool:
    fields = list(message)
    hashes = {field.number for field in fields if field.kind == VARINT}
    return len(hashes) >= 3 and all(_FINGERPRINT.get(field.number) == field.kind for field in fields)


def _is_object(message: Message) -> bool:
    fields = list(message)
    known = all(_OBJECT.get(field.number) == field.kind for field in fields)
    identifiers = [message.raw(field, 64) for field in fields if field.number == 4 and field.kind == BYTES]
    return known and len(identifiers) == 1 and identifiers[0].startswith(_IDENTIFIER)


def read_companion(source: ByteSource, kind: str, limits: Limits) -> dict[str, Any]:
    """Return a fingerprint's hashes, or the classes of Keras's objects with their numbers. Raises `FormatError`."""
    message = open_message(source, limits)
    if kind == FINGERPRINT:
        hashes = {_HASHES[field.number]: f"{field.value:016x}" for field in message if field.number in _HASHES}
        return {"kind": kind, "hashes": hashes}
    classes = Operators()
    for field in message:
        if (field.number, field.kind) == (1, BYTES):
            classes.add(_class_name(message.inside(field)))
    return {"kind": kind, "classes": dict(sorted(classes.counts.items())[:1000])}


def _class_name(message: Message) -> str:
    identifier = name = ""
    for field in message:
        if (field.number, field.kind) == (4, BYTES):
            identifier = message.text(field, 256)
        elif (field.number, field.kind) == (5, BYTES) and field.length <= _JSON:
            name = _named(message.text(field, _JSON))
    return (name or identifier)[:256]


def _named(text: str) -> str:
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    name = stated.get("class_name") if isinstance(stated, dict) else None
    return name.encode("utf-8", "replace").decode() if isinstance(name, str) else ""
