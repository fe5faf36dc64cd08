"""Walking a folder: every regular file, bounded, without leaving the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from weighbridge.model import RepoFile, Skip
from weighbridge.sources.pointer import POINTER_SIZES, parse_pointer

# What tools leave in a folder and no model is made of.
_IGNORED = frozenset({".git", "__pycache__", ".ipynb_checkpoints", ".hg", ".svn"})
_DOWNLOAD_STATE = ".cache/huggingface"
_DEPTH = 64


class Listing:
    """A folder's files, sorted by path, and what had to be left out."""

    def __init__(self, root: Path, max_files: int) -> None:
        self.root = root
        self.skipped: list[Skip] = []
        self.locations: dict[str, Path] = {}
        self._max_files = max_files
        self._anchor = self._allowed_anchor(root.resolve())
        self.files = tuple(sorted(self._walk(root, "", 0), key=lambda file: file.path))

    @staticmethod
    def _allowed_anchor(root: Path) -> Path:
        """Return the folder that links may stay within: a cache's snapshot links to the blobs beside it."""
        repository = root.parents[1] if root.parent.name == "snapshots" else None
        return repository if repository and (repository / "blobs").is_dir() else root

    def _walk(self, folder: Path, prefix: str, depth: int) -> Iterator[RepoFile]:
        if depth > _DEPTH:
            self.skipped.append(Skip(prefix.rstrip("/"), f"nested more than {_DEPTH} folders deep"))
            return
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.skipped.append(Skip(prefix.rstrip("/") or ".", f"the folder cannot be read: {error.strerror}"))
            return
        for entry in entries:
            path = prefix + entry.name
            if len(self.locations) >= self._max_files:
                self.skipped.append(Skip(path, f"the listing stops at {self._max_files:,} files"))
                return
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _IGNORED and not path.endswith(_DOWNLOAD_STATE):
                    yield from self._walk(Path(entry.path), f"{path}/", depth + 1)
            else:
                yield from self._entry(entry, path)

    def _entry(self, entry: os.DirEntry[str], path: str) -> Iterator[RepoFile]:
        try:
            if entry.is_symlink() and (target := self._outside(entry)) is not None:
                self.skipped.append(Skip(path, f"a link that leads out of the folder, to {target}"))
                yield RepoFile(path, linked_to=target)
                return
            status = entry.stat()
        except OSError as error:
            self.skipped.append(Skip(path, f"cannot be read: {error.strerror}"))
            return
        if stat.S_ISDIR(status.st_mode):
            self.skipped.append(Skip(path, "a link to a folder"))
        elif not stat.S_ISREG(status.st_mode):
            self.skipped.append(Skip(path, "no regular file (a pipe, a socket or a device)"))
        else:
            self.locations[path] = Path(entry.path)
            yield self.regular(path, Path(entry.path), status.st_size)

    def _outside(self, entry: os.DirEntry[str]) -> str | None:
        """Return where a link leads when that is outside the folder, as the link says it."""
        target = Path(entry.path).resolve()
        return None if target.is_relative_to(self._anchor) else str(Path(entry.path).readlink())

    @staticmethod
    def regular(path: str, location: Path, size: int) -> RepoFile:
        """Describe a regular file; a Git LFS pointer is told by its few bytes."""
        if size in POINTER_SIZES:  # opening every small file of a large folder would cost more than the listing
            pointer = parse_pointer(location)
            if pointer is not None:
                return RepoFile(path, size, sha256=pointer, is_lfs=True, is_pointer=True)
        return RepoFile(path, size)
