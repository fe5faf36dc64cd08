"""Files on the local disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from weighbridge.errors import SourceError

# Never waits on a pipe that took a file's place.
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LocalFile:
    """A `ByteSource` over a regular file.

    The file is opened for each read, so that a model of thousands of files holds none open; a file that was replaced
    meanwhile is not read on. Raises `SourceError` for anything but a regular file.
    """

    def __init__(self, path: str, location: Path) -> None:
        self.path = path
        self._location = location
        try:
            status = location.stat()
        except (OSError, ValueError) as error:
            raise SourceError(f"{path} cannot be read: {reason(error)}") from None
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{path} is no regular file")
        self.size = status.st_size
        self._identity = _identity(status)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end. Raises `SourceError` when the disk refuses."""
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        try:
            descriptor = os.open(self._location, _FLAGS)
            try:
                if _identity(os.fstat(descriptor)) != self._identity:
                    raise SourceError(f"{self.path} changed while it was read", hint="Try again.")
                return _read(descriptor, offset, length)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SourceError(f"{self.path} cannot be read: {reason(error)}") from None

    def stamp(self) -> tuple[int, ...]:
        """Return what changes with every change of the file, as the disk tells it now. Raises `SourceError`."""
        try:
            status = self._location.stat()
        except OSError as error:
            raise SourceError(f"{self.path} cannot be read: {reason(error)}") from None
        return (*_identity(status), status.st_mtime_ns, status.st_ctime_ns)


def reason(error: Exception) -> str:
    """Return why the operating system refused, without the path, which the message has already."""
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_dev, status.st_ino, status.st_size


def _read(descriptor: int, offset: int, length: int) -> bytes:
    data = os.pread(descriptor, length, offset)
    if len(data) == length:
        return data
    parts = [data]  # one system call gives no more than 2 GiB
    while parts[-1] and (missing := length - sum(map(len, parts))) > 0:
        parts.append(os.pread(descriptor, missing, offset + length - missing))
    return b"".join(parts)
