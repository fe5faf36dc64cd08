"""An audit as JSON, and back: the form in which audits are stored, exchanged and used as a baseline.

Depths and severities are whole numbers inside the program, because they are compared, and words outside it, because
they are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.model import Audit, Depth, Severity
from weighbridge.model.audit import SCHEMA_VERSION

SCHEMA_ID = f"https://weighbridge.dev/schemas/audit-{SCHEMA_VERSION}.schema.json"

# A stored audit larger than this was not written by this program.
_LIMIT = 256 * 1024 * 1024

_WORDS: dict[str, type[Depth] | type[Severity]] = {"depth": Depth, "severity": Severity}


def encode(audits: Audit | Iterable[Audit]) -> bytes:
    """Return one audit as a JSON object, several as a JSON array; keys sorted, two spaces of indent, UTF-8."""
    document = _to_words(audits) if isinstance(audits, Audit) else [_to_words(audit) for audit in audits]
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True).encode("ascii") + b"\n"


def decode(data: bytes, path: str = "audit") -> tuple[Audit, ...]:
    """Return the audits in a JSON object or array. Raises `FormatError` when it is not what `encode` writes."""
    if len(data) > _LIMIT:
        raise FormatError(f"{path} has {len(data):,} bytes; the limit is {_LIMIT:,}", where=path)
    try:
        document = msgspec.json.decode(data)
        documents = document if isinstance(document, list) else [document]
        return tuple(msgspec.convert(_walk(item, _number), Audit) for item in documents)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(
            f"{path} is not an audit: {error}",
            where=path,
            hint="Write one with `weighbridge audit TARGET --format json`.",
        ) from None


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one audit."""
    (root,), parts = msgspec.json.schema_components([Audit], ref_template="#/$defs/{name}")
    parts["Depth"] = _words_schema(parts["Depth"], Depth)
    parts["Severity"] = _words_schema(parts["Severity"], Severity)
    for part in parts.values():
        for key, described in part.get("properties", {}).items():
            _default_to_word(key, described)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Weighbridge audit",
        "version": SCHEMA_VERSION,
        "oneOf": [root, {"type": "array", "items": root}],
        "$defs": {name: _tidy(part) for name, part in sorted(parts.items())},
    }


def _to_words(audit: Audit) -> Any:
    return _walk(msgspec.to_builtins(audit), _word)


def _walk(value: Any, convert: Callable[[type[Depth] | type[Severity], Any], Any]) -> Any:
    if isinstance(value, dict):
        return {
            key: convert(_WORDS[key], item) if key in _WORDS and item is not None else _walk(item, convert)
            for key, item in value.items()
        }
    if isinstance(value, str):
        return _whole(value)
    return [_walk(item, convert) for item in value] if isinstance(value, list | tuple) else value


def _whole(text: str) -> str:
    """Write out the bytes of a file name that is not UTF-8 (lone surrogates): JSON readers refuse them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _word(kind: type[Depth] | type[Severity], number: Any) -> str:
    return kind(number).label


def _number(kind: type[Depth] | type[Severity], word: Any) -> Any:
    """Return the number a word stands for; anything else is left for the decoder to refuse."""
    try:
        return int(kind.parse(word))
    except (KeyError, AttributeError):
        raise msgspec.ValidationError(f"{word!r} is not a {kind.__name__.lower()}") from None


def _words_schema(part: dict[str, Any], kind: type[IntEnum]) -> dict[str, Any]:
    return {**part, "enum": [member.name.lower() for member in kind]}


def _default_to_word(key: str, described: dict[str, Any]) -> None:
    kind = _WORDS.get(key)
    if kind and isinstance(described.get("default"), int):
        described["default"] = kind(described["default"]).label


def _tidy(part: dict[str, Any]) -> dict[str, Any]:
    """Put descriptions on one line: docstrings are wrapped for reading in the source."""
    if "description" in part:
        part = {**part, "description": re.sub(r"\s+", " ", part["description"]).strip()}
    return part
