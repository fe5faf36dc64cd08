"""A folder on disk: a clone, a download, an export, a Python package that ships weights."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Commit, CommittedFile, ModelRef, OldFile, Origin, Past, RepoFile, SignedHistory, Trust
from weighbridge.sources.git import GitHistory
from weighbridge.sources.listing import Listing, describe
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import COMMIT
from weighbridge.sources.package import distribution_files
from weighbridge.sources.repository import Repository

_RECORDS = 1000


class FolderRepository(Repository):
    """A folder, listed when it is opened; links that lead out of it are listed and never followed.

    The commit is that of a clone's HEAD, or the one that a download by `huggingface_hub` recorded. `beyond` are folders
    outside into which links may lead. An installed Python package is listed with its distribution's licence and METADATA.
    """

    is_on_disk = True

    def __init__(self, root: Path, *, max_files: int = 1_000_000, beyond: tuple[Path, ...] = ()) -> None:
        self._root = root
        self._listing = Listing(root, max_files, beyond)
        self._history = GitHistory(root)
        self.skipped = tuple(self._listing.skipped)
        self.unlisted = (*(skip.path for skip in self._listing.skipped), *self._listing.ignored)
        self._readable = frozenset(file.path for file in self._listing.files if file.linked_to is None)
        self._beside = distribution_files(root)
        described = [describe(path, str(place), LocalFile(path, place).size) for path, place in self._beside.items()]
        self._files = tuple(sorted([*self._listing.files, *described], key=lambda file: file.path))
        self.is_shallow = self._history.is_shallow
        self.is_clone, self.upstream = self._history.head is not None, self._history.upstream
        commit = self._history.head or _downloaded_commit(root)
        self.ref = ModelRef(Origin.FOLDER, root.resolve().name or "/", commit=commit)

    @property
    def files(self) -> Sequence[RepoFile]:
        """All regular files, sorted by path, and the links that lead out."""
        return self._files

    def open(self, path: str) -> LocalFile:
        """Return random access to a listed file. Raises `SourceError` for any other path."""
        if path in self._beside:
            return LocalFile(path, self._beside[path])
        place = self._root / path
        if path not in self._readable or not self._listing.holds(place):
            raise SourceError(f"{path} is no readable file of {self.ref.name}")
        return LocalFile(path, place)

    def commits(self, limit: int = 1000) -> Sequence[Commit]:
        """Return a clone's newest commits first. Raises `SourceError` when the folder is no clone."""
        return self._history.commits(limit)

    def signatures(self, trust: Trust) -> SignedHistory:
        """Verify a clone's commits and tags. Raises `SourceError` when the folder is no clone, or a verifier is missing."""
        return self._history.signatures(trust)

    def past(self) -> Past:
        """Return what a clone tells of earlier states. Raises `SourceError` when the folder is no clone."""
        return self._history.past()

    def committed(self) -> Sequence[CommittedFile]:
        """Return the files of a clone's commit. Raises `SourceError` when the folder is no clone."""
        return self._history.committed()

    def old_files(self, is_wanted: Callable[[str], bool]) -> tuple[Sequence[OldFile], int]:
        """Return small files of past commits, and how many had to be left out. Raises `SourceError` for no clone."""
        return self._history.old_files(is_wanted)

    def commit_with(self, blob: str) -> str:
        """Return the commit that brought a file of the past. Raises `SourceError` for no clone."""
        return self._history.commit_with(blob)


def _downloaded_commit(root: Path) -> str | None:
    """Return the commit that `hf download --local-dir` recorded, when all its records name the same one."""
    commits = set()
    for folder, _, names in islice(os.walk(root / ".cache" / "huggingface" / "download"), _RECORDS):
        for name in islice((name for name in names if name.endswith(".metadata")), _RECORDS):
            commits.add(_first_line(Path(folder, name)))
            if len(commits) > 1:
                return None
    commit = commits.pop() if commits else ""
    return commit if COMMIT.fullmatch(commit) else None


def _first_line(record: Path) -> str:
    try:
        return LocalFile(record.name, record).read_at(0, 41).decode("ascii", "replace").partition("\n")[0]
    except SourceError:
        return ""
