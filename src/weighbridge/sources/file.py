"""One weight file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import ModelRef, Origin, RepoFile
from weighbridge.sources.listing import describe
from weighbridge.sources.local import LocalFile
from weighbridge.sources.repository import Repository


class FileRepository(Repository):
    """A single file, audited alone. Files beside it (external data, shards) can be opened by name, but are not listed."""

    is_on_disk = True

    def __init__(self, location: Path) -> None:
        self._location = location
        self.ref = ModelRef(Origin.FILE, location.name)
        size = LocalFile(location.name, location).size
        self._files = (describe(location.name, str(location), size),)

    @property
    def files(self) -> Sequence[RepoFile]:
        """The file."""
        return self._files

    def open(self, path: str) -> LocalFile:
        """Return the file, or a regular file in the same folder. Raises `SourceError` for anything else."""
        location = self._location if path == self._location.name else self._location.parent / path
        is_beside = bool(path) and Path(path).name == path and "\0" not in path
        if not is_beside or (location != self._location and location.is_symlink()):
            raise SourceError(f"{path} is no regular file beside {self.ref.name}")
        return LocalFile(path, location)
