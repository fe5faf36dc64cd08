"""What a file says of itself, cut to a size and shape that can be shown and stored."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

from weighbridge.formats.binary import Limits

ENTRIES = 1000
_DEPTH = 8


def tame(value: Any, limits: Limits, depth: int = _DEPTH) -> Any:
    """Return the value as plain JSON: long texts and lists cut, keys as text, deep nesting and odd numbers as text."""
    if value is None or isinstance(value, bool | int):
        return value if not isinstance(value, int) or abs(value) < 2**64 else "a number beyond 64 bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return plain_text(value, limits.text)
    if isinstance(value, bytes):
        return base64.b64encode(value[: limits.text]).decode()
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        pairs = list(value.items())[:ENTRIES]
        return {plain_text(str(key), 256): tame(item, limits, depth - 1) for key, item in pairs}
    return [tame(item, limits, depth - 1) for item in list(value)[:ENTRIES]]


def plain_text(text: str, length: int) -> str:
    """Return the text cut to a length, without halves of surrogate pairs, which no UTF-8 output can hold."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")
