"""Git LFS pointers: the small text that stands for a large file in a clone without its contents."""

from __future__ import annotations

import re
from pathlib import Path

# A pointer without extensions has 126 to 145 bytes; with some it stays below the specification's 1024.
POINTER_SIZES = range(120, 400)
_POINTER = re.compile(
    rb"\Aversion https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize \d{1,19}\n?\Z"
)


def parse_pointer(location: Path) -> str | None:
    """Return the SHA-256 of the file that the pointer stands for, or None when the file is no pointer."""
    try:
        with location.open("rb") as file:
            match = _POINTER.match(file.read(POINTER_SIZES.stop))
    except OSError:
        return None
    return match[1].decode() if match else None
