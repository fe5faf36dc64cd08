"""A whole document in memory, within a limit."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.registry.lines import open_text

_LIMIT = 1024 * 1024 * 1024
_BEGINNING = 64 * 1024


def content(path: Path, limit: int = _LIMIT) -> bytes:
    """Return a file's bytes, unpacked. Raises `LimitExceeded` and `FormatError`."""
    with open_text(path) as file:
        try:
            data = bytes(file.read(limit + 1))
        except OSError as error:
            raise FormatError(f"{path} cannot be unpacked: {error}", where=str(path)) from None
    if len(data) > limit:
        raise LimitExceeded(f"{path} has more than {limit:,} bytes", where=str(path), hint="Give it one record a line.")
    return data


def beginning(path: Path) -> str:
    """Return the first bytes of a file as text, nothing of one that cannot be read."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(_BEGINNING).decode("utf-8", "replace")
    return ""


def decoded(path: Path) -> Any:
    """Return what a JSON document holds. Raises `FormatError`."""
    try:
        return msgspec.json.decode(content(path))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"{path} is no JSON document: {error}", where=str(path)) from None
