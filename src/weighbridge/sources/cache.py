"""The Hub's local cache: models that were downloaded before, read offline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import OfflineError, RevisionNotFound
from weighbridge.model import ModelRef, Origin, RepoFile, Skip
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.repository import Repository

_COMMIT = re.compile(r"[0-9a-f]{40}")
_MAIN = "main"


class CacheRepository(FolderRepository):
    """One commit of a model, as far as the local cache holds it.

    A cache holds what was downloaded, which need not be the whole repository: `skipped` says so, because a file that is
    not there may only not have been fetched.
    """

    def __init__(self, name: str, revision: str | None, snapshot: Path, max_files: int) -> None:
        super().__init__(snapshot, max_files=max_files)
        self.ref = ModelRef(Origin.CACHE, name, revision, snapshot.name)
        partial = Skip(".", "the local cache need not hold every file of the repository")
        self.skipped = (*self.skipped, partial)

    @property
    def files(self) -> Sequence[RepoFile]:
        """The files that were downloaded, sorted by path."""
        return super().files


def open_cached(name: str, revision: str | None, options: SourceOptions) -> Repository:
    """Return a model from the cache. Raises `OfflineError` when the cache does not hold it."""
    root = _cache_folder(options) / f"models--{name.replace('/', '--')}"
    if not root.is_dir():
        raise OfflineError(
            f"{name} is not in the local cache, and offline mode is on",
            hint=f"Fetch it once with `hf download {name}`, or audit a folder.",
        )
    snapshot = _snapshot(root, revision)
    if snapshot is None:
        raise OfflineError(
            f"the local cache holds {name}, but not at {revision or _MAIN}",
            hint="Name a commit that the cache holds, or go online.",
        )
    return CacheRepository(name, revision, snapshot, options.max_files)


def resolve_cached_root(folder: Path, revision: str | None) -> Path:
    """Return the snapshot that a cache's model folder (`models--owner--name`) means; any other folder as it is."""
    if not (folder.name.startswith("models--") and (folder / "snapshots").is_dir()):
        return folder
    snapshot = _snapshot(folder, revision)
    if snapshot is None:
        raise RevisionNotFound(
            f"{folder} holds no snapshot of {revision or _MAIN}", hint=f"See {folder / 'snapshots'}."
        )
    return snapshot


def _snapshot(root: Path, revision: str | None) -> Path | None:
    """Return the folder of a revision: a commit itself, or what `refs/` says of a branch or tag."""
    wanted = revision or _MAIN
    if not _COMMIT.fullmatch(wanted):
        reference = root / "refs" / wanted
        inside = reference.resolve().is_relative_to((root / "refs").resolve())
        wanted = (
            reference.read_text(encoding="utf-8", errors="replace").strip() if inside and reference.is_file() else ""
        )
    folder = root / "snapshots" / wanted
    return folder if _COMMIT.fullmatch(wanted) and folder.is_dir() else None


def _cache_folder(options: SourceOptions) -> Path:
    if options.cache is not None:
        return options.cache
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)
