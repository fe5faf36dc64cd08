"""Git LFS pointers: the small text that stands for a large file in a clone without its contents."""

from __future__ import annotations

import os
import re

# A pointer without extensions has 126 to 145 bytes; with some it stays below the specification's 1024.
POINTER_SIZES = range(120, 1024)
_START = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER = re.compile(
    re.escape(_START) + rb"(?:ext-\d-[^\n]{1,200}\n){0,10}oid sha256:([0-9a-f]{64})\nsize \d{1,19}\n?"
)


def parse_pointer(location: str) -> str | None:
    """Return the SHA-256 of the file that the pointer stands for, or None when the file is no pointer."""
    try:
        descriptor = os.open(location, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            head = os.read(descriptor, POINTER_SIZES.stop)
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return pointed(head)


def pointed(data: bytes) -> str | None:
    """Return the SHA-256 that a pointer's text names, or None when the text is no pointer."""
    match = _POINTER.fullmatch(data) if data.startswith(_START) else None
    return match[1].decode() if match else None
