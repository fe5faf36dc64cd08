"""A folder on disk: a clone, a download, an export, a Python package that ships weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Commit, ModelRef, Origin, RepoFile
from weighbridge.sources.git import GitHistory
from weighbridge.sources.listing import Listing
from weighbridge.sources.local import LocalFile
from weighbridge.sources.repository import Repository

_COMMIT = re.compile(r"[0-9a-f]{40}")
_CACHE_NAME = re.compile(r"models--(.+)")


class FolderRepository(Repository):
    """A folder, listed when it is opened; links that lead out of it are listed and never followed.

    The commit is that of a clone's HEAD, or the one that a download by `huggingface_hub` recorded; a snapshot of the Hub's
    cache keeps its model's name.
    """

    def __init__(self, root: Path, *, max_files: int = 1_000_000) -> None:
        self._listing = Listing(root, max_files)
        self._history = GitHistory(root)
        self.skipped = tuple(self._listing.skipped)
        commit = self._history.head or _snapshot_commit(root) or _downloaded_commit(root)
        self.ref = ModelRef(Origin.FOLDER, _name(root), commit=commit)

    @property
    def files(self) -> Sequence[RepoFile]:
        """All regular files, sorted by path, and the links that lead out."""
        return self._listing.files

    def open(self, path: str) -> LocalFile:
        """Return random access to a listed file. Raises `SourceError` for any other path."""
        location = self._listing.locations.get(path)
        if location is None:
            raise SourceError(f"{path} is no readable file of {self.ref.name}")
        return LocalFile(path, location, location.stat().st_size)

    def commits(self, limit: int = 1000) -> Sequence[Commit]:
        """Return a clone's newest commits first. Raises `SourceError` when the folder is no clone."""
        return self._history.commits(limit)


def _name(root: Path) -> str:
    """Return the model's name: `owner/name` for a folder of the Hub's cache, the folder's own name otherwise."""
    for folder in (root.resolve(), *root.resolve().parents[:2]):
        if match := _CACHE_NAME.fullmatch(folder.name):
            return match[1].replace("--", "/", 1)
    return root.resolve().name or "/"


def _snapshot_commit(root: Path) -> str | None:
    resolved = root.resolve()
    is_snapshot = resolved.parent.name == "snapshots" and _COMMIT.fullmatch(resolved.name)
    return resolved.name if is_snapshot else None


def _downloaded_commit(root: Path) -> str | None:
    """Return the commit that `hf download --local-dir` recorded, when all its records name the same one."""
    records = root / ".cache" / "huggingface" / "download"
    commits = set()
    try:
        for record in sorted(records.glob("*.metadata"))[:1000]:
            with record.open(encoding="utf-8", errors="replace") as file:
                commits.add(file.read(41).partition("\n")[0])
    except OSError:
        return None
    commit = next(iter(commits), "")
    return commit if len(commits) == 1 and _COMMIT.fullmatch(commit) else None
