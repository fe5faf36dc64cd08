"""Repositories made by hand, for tests."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weighbridge.errors import SourceError
from weighbridge.facts.engine import Facts
from weighbridge.formats.binary import MemorySource
from weighbridge.model import ByteSource, Commit, Depth, ModelRef, Origin, RepoFile
from weighbridge.sources.lookup import Lookup
from weighbridge.sources.repository import Repository

TODAY = datetime.date(2026, 11, 23)


class MemoryRepository(Repository):
    """A repository whose files are given as bytes or text; `sha256` gives the registry's hash of a file."""

    def __init__(
        self,
        files: Mapping[str, bytes | str] | None = None,
        record: Mapping[str, Any] | None = None,
        *,
        name: str = "acme/model",
        commits: Sequence[Commit] = (),
        sha256: Mapping[str, str] | None = None,
        deepest: Depth = Depth.FULL,
        listed: Iterable[str] | None = None,
    ) -> None:
        self.ref = ModelRef(Origin.HUB if record is not None else Origin.FOLDER, name)
        self.record = record
        self.deepest = deepest
        self.data = {
            path: data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
            for path, data in (files or {}).items()
        }
        self._hashes = dict(sha256 or {})
        self._commits = tuple(commits)
        self._listed = tuple(listed or ())

    @property
    def files(self) -> Sequence[RepoFile]:
        """The files given, and those listed without content."""
        held = [RepoFile(path, len(data), self._hashes.get(path)) for path, data in self.data.items()]
        absent = [RepoFile(path) for path in self._listed if path not in self.data]
        return sorted(held + absent, key=lambda file: file.path)

    def open(self, path: str) -> ByteSource:
        """Return a file's bytes. Raises `SourceError` when it is not there."""
        if path not in self.data:
            raise SourceError(f"{path} is not there")
        return MemorySource(path, self.data[path])

    def commits(self, limit: int = 1000) -> Sequence[Commit]:
        """Return the commits given. Raises `SourceError` when there are none."""
        if not self._commits:
            raise SourceError("no history")
        return self._commits[:limit]


def facts_of(
    files: Mapping[str, bytes | str] | None = None,
    record: Mapping[str, Any] | None = None,
    *,
    depth: Depth = Depth.FULL,
    lookup: Lookup | None = None,
    **options: Any,
) -> Facts:
    """Return the facts about a repository made of `files` and `record`; options are those of `MemoryRepository`."""
    from weighbridge.facts.catalogue import READERS

    repository = MemoryRepository(files, record, **options)
    return Facts(repository, READERS, depth=depth, as_of=TODAY, lookup=lookup)
