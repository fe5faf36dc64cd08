"""The Hub's local cache: models that were downloaded before, read offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import OfflineError, RevisionNotFound, SourceError
from weighbridge.model import ModelRef, Origin, RepoFile, Skip
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import COMMIT, is_model_id, is_revision
from weighbridge.sources.options import SourceOptions

_MAIN = "main"
_PREFIX = "models--"
_SHOWN = 20
_TREE_BYTES = 256 * 1024 * 1024


class CacheRepository(FolderRepository):
    """One commit of a model, as far as the local cache holds it.

    A cache holds what was downloaded, which need not be the whole repository: `skipped` names what is known to be
    missing, or says that nobody knows. The hashes of large files are those that the Hub gave with the download.
    """

    def __init__(self, snapshot: Path, revision: str | None = None, max_files: int = 1_000_000) -> None:
        self._model = snapshot.parent.parent
        # Blobs lie beside the snapshots, or in the store that all models of a cache share.
        blobs = (self._model / "blobs", self._model.parent / "blobs")
        super().__init__(snapshot, max_files=max_files, beyond=blobs)
        name = self._model.name.removeprefix(_PREFIX).replace("--", "/", 1)
        self.ref = ModelRef(Origin.CACHE, name, revision, snapshot.name)
        self._snapshot = snapshot
        self.skipped = (*self.skipped, *self._absent())

    @cached_property
    def files(self) -> Sequence[RepoFile]:
        """The files that were downloaded, sorted by path."""
        return tuple(self._with_hash(file) for file in super().files)

    def _with_hash(self, file: RepoFile) -> RepoFile:
        """Add the content's hash, which is the name of the blob that the snapshot links to."""
        try:
            blob = (self._snapshot / file.path).readlink().name
        except OSError:
            return file
        if file.linked_to is not None or not all(character in "0123456789abcdef" for character in blob):
            return file
        if len(blob) == 64:
            return msgspec.structs.replace(file, sha256=blob, is_lfs=True)
        return msgspec.structs.replace(file, blob_id=blob) if len(blob) == 40 else file

    def _absent(self) -> list[Skip]:
        """Name the files that the commit has and the cache has not, as far as a recorded listing tells."""
        listed = _recorded_tree(self._model / "trees" / f"{self.ref.commit}.json")
        if listed is None:
            return [Skip(".", "the local cache need not hold every file of the repository")]
        held = {file.path for file in self.files}
        missing = sorted(path for path in listed if path not in held)
        more = (
            [Skip(".", f"{len(missing) - _SHOWN:,} more files are not in the local cache")] if missing[_SHOWN:] else []
        )
        return [Skip(path, "not in the local cache") for path in missing[:_SHOWN]] + more


def open_cached(name: str, revision: str | None, options: SourceOptions) -> CacheRepository:
    """Return a model from the cache. Raises `OfflineError` when the cache does not hold it."""
    root = _cache_folder(options) / f"{_PREFIX}{name.replace('/', '--')}"
    if not is_model_id(name) or not root.is_dir():
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
    return CacheRepository(snapshot, revision, options.max_files)


def remembered(name: str, revision: str | None, options: SourceOptions) -> str | None:
    """Return the commit that a branch or tag stood for when the cache last took note of it; None where it never did."""
    wanted = revision or _MAIN
    if COMMIT.fullmatch(wanted) or not is_revision(wanted) or not is_model_id(name):
        return None
    found = _referred(_cache_folder(options) / f"{_PREFIX}{name.replace('/', '--')}" / "refs" / wanted)
    return found if COMMIT.fullmatch(found) else None


def cached_in(folder: Path, options: SourceOptions) -> CacheRepository | None:
    """Return what a cache's folder of a model (`models--owner--name`), or of one snapshot in it, holds; else None.

    Raises `RevisionNotFound` for a model of which the cache has not the revision asked for.
    """
    place = folder.resolve()
    if place.parent.name == "snapshots" and _is_model(place.parent.parent) and COMMIT.fullmatch(place.name):
        return CacheRepository(place, options.revision, options.max_files)
    if not _is_model(place):
        return None
    snapshot = _snapshot(place, options.revision)
    if snapshot is None:
        wanted = options.revision or _MAIN
        raise RevisionNotFound(f"{folder} holds no snapshot of {wanted}", hint=f"See {folder / 'snapshots'}.")
    return CacheRepository(snapshot, options.revision, options.max_files)


def _is_model(folder: Path) -> bool:
    name = folder.name.removeprefix(_PREFIX).replace("--", "/", 1)
    return folder.name.startswith(_PREFIX) and is_model_id(name) and (folder / "snapshots").is_dir()


def _snapshot(root: Path, revision: str | None) -> Path | None:
    """Return the folder of a revision: a commit itself, or what `refs/` says of a branch or tag."""
    wanted = revision or _MAIN
    if not COMMIT.fullmatch(wanted):
        wanted = _referred(root / "refs" / wanted) if is_revision(wanted) else ""
    folder = root / "snapshots" / wanted
    return folder if COMMIT.fullmatch(wanted) and folder.is_dir() and not folder.is_symlink() else None


def _referred(reference: Path) -> str:
    try:
        return LocalFile(reference.name, reference).read_at(0, 64).decode("ascii", "replace").strip()
    except SourceError:
        return ""


def _recorded_tree(record: Path) -> list[str] | None:
    """Return the paths of a commit's listing, as `huggingface_hub` keeps it; None where it kept none."""
    try:
        file = LocalFile(record.name, record)
        value: Any = msgspec.json.decode(file.read_at(0, file.size)) if file.size <= _TREE_BYTES else None
    except (SourceError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    listed = value.get("files") if isinstance(value, dict) else None
    return list(listed) if isinstance(listed, dict) else None


def _cache_folder(options: SourceOptions) -> Path:
    if options.cache is not None:
        return options.cache
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)
