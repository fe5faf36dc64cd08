"""Walking a folder: every regular file, bounded, without leaving the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from weighbridge.model import RepoFile, Skip
from weighbridge.sources.local import reason
from weighbridge.sources.pointer import POINTER_SIZES, parse_pointer

# What tools leave in a folder and no model is made of.
_IGNORED = frozenset({".git", "__pycache__", ".hg", ".svn"})
_DOWNLOAD_STATE = "/.cache/huggingface"
# What `huggingface_hub` itself writes there, beside a download.
_STATE_NAMES = frozenset({".gitignore", "CACHEDIR.TAG"})
_STATE_SUFFIXES = (".metadata", ".lock", ".incomplete")
_STATE_FILES = 100_000
_DEPTH = 64
# Folders and links count too: a tree of nothing but folders must end as well.
_ENTRIES_A_FILE = 4


class Listing:
    """A folder's files, sorted by path, and what had to be left out.

    Links are followed when what they lead to lies in the folder, or in one of `beyond` (the blobs of the Hub's cache).
    A pointer of Git LFS is listed with its own size, and the hash of the file that it stands for. `ignored` are the folders that
    tools leave, but for git's own at the root and the state of a download: what is in them is not known.
    """

    def __init__(self, root: Path, max_files: int, beyond: tuple[Path, ...] = ()) -> None:
        self.skipped: list[Skip] = []
        self.ignored: list[str] = []
        self._anchors = tuple(f"{os.path.realpath(place).rstrip('/')}/" for place in (root, *beyond))
        self._max_files = max_files
        self._room = max_files * _ENTRIES_A_FILE
        self._is_full = False
        self._found: list[RepoFile] = []
        self._walk(str(root), "", 0)
        self.files = tuple(sorted(self._found, key=lambda file: file.path))

    def _walk(self, folder: str, prefix: str, depth: int) -> None:
        if depth > _DEPTH:
            self.skipped.append(Skip(prefix[:-1], f"nested more than {_DEPTH} folders deep"))
            return
        for entry in self._entries(folder, prefix):
            path = prefix + entry.name
            self._room -= 1
            if self._is_full or len(self._found) >= self._max_files or self._room < 0:
                self._stop(path)
                return
            if _is_odd(entry.name):
                self.skipped.append(Skip(_shown(path), "its name is no UTF-8"))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in _IGNORED and not f"/{path}".endswith(_DOWNLOAD_STATE):
                    self._walk(entry.path, f"{path}/", depth + 1)
                elif path != ".git" and not (f"/{path}" == _DOWNLOAD_STATE and _is_state(entry.path)):
                    self.ignored.append(path)
            else:
                self._add(entry, path)

    def _entries(self, folder: str, prefix: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                yield from sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.skipped.append(Skip(prefix[:-1] or ".", f"the folder cannot be read: {reason(error)}"))

    def _stop(self, path: str) -> None:
        """Say once that there is more."""
        if not self._is_full:
            self.skipped.append(Skip(_shown(path), f"the listing stops at {self._max_files:,} files"))
        self._is_full = True

    def _add(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            if entry.is_symlink() and (target := self._outside(entry.path)) is not None:
                self.skipped.append(Skip(path, f"a link that leads out of the folder, to {target}"))
                self._found.append(RepoFile(path, linked_to=target))
                return
            status = entry.stat()
        except OSError as error:
            self.skipped.append(Skip(path, f"cannot be read: {reason(error)}"))
            return
        if stat.S_ISREG(status.st_mode):
            self._found.append(describe(path, entry.path, status.st_size))
        elif stat.S_ISDIR(status.st_mode):
            self.skipped.append(Skip(path, "a link to a folder, which is not followed"))
        else:
            self.skipped.append(Skip(path, "no regular file (a pipe, a socket or a device)"))

    def _outside(self, place: str) -> str | None:
        """Return where a link leads when that is outside the folder, as the link says it."""
        target = os.path.realpath(place)
        return None if target.startswith(self._anchors) else _shown(str(Path(place).readlink()))

    def holds(self, place: Path) -> bool:
        """Tell whether what is at a place now, after all links, still lies where links may lead."""
        return os.path.realpath(place).startswith(self._anchors)


def _is_state(folder: str) -> bool:
    """Tell whether a folder holds nothing but what a download leaves beside its files."""
    names = (name for _, _, names in os.walk(folder) for name in names)
    looked = list(islice(names, _STATE_FILES))
    return len(looked) < _STATE_FILES and all(n in _STATE_NAMES or n.endswith(_STATE_SUFFIXES) for n in looked)


def describe(path: str, place: str, size: int) -> RepoFile:
    """Describe a regular file; a pointer of Git LFS is told by its few bytes."""
    if size in POINTER_SIZES and (sha256 := parse_pointer(place)) is not None:
        return RepoFile(path, size, sha256=sha256, is_lfs=True, is_pointer=True)
    return RepoFile(path, size)


def _is_odd(name: str) -> bool:
    """Tell whether a name has bytes that are no text: it could not be written into any report."""
    return not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name)


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
