"""Files on the local disk."""

from __future__ import annotations

import os
from pathlib import Path

from weighbridge.errors import SourceError


class LocalFile:
    """A `ByteSource` over a regular file; the descriptor is opened at the first read and closed with the object."""

    def __init__(self, path: str, location: Path, size: int) -> None:
        self.path = path
        self.size = size
        self._location = location
        self._descriptor = -1

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end. Raises `SourceError` when the disk refuses."""
        try:
            if self._descriptor < 0:
                # Not blocking on a pipe, and not following a link that took the file's place since it was listed.
                flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
                self._descriptor = os.open(self._location, flags)
            length = max(0, min(length, self.size - offset))
            data = os.pread(self._descriptor, length, offset) if length else b""
            return data if len(data) == length else data + self._rest(offset + len(data), length - len(data))
        except OSError as error:
            raise SourceError(f"{self.path} cannot be read: {error.strerror}") from None

    def _rest(self, offset: int, length: int) -> bytes:
        """Read on where one system call gave less than was asked for (Linux stops at 2 GiB)."""
        parts = []
        while length > 0 and (part := os.pread(self._descriptor, length, offset)):
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return b"".join(parts)

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
