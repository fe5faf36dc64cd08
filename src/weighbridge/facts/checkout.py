"""Whether a clone's files are those that were committed: a commit's signature says nothing of what was changed since."""

from __future__ import annotations

import hashlib

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.contents import BLOCK, Contents
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.manifest import Manifest
from weighbridge.model import ByteSource, CommittedFile, Depth, RepoFile


class Checkout(msgspec.Struct, frozen=True):
    """The files on disk beside those of the commit; `same` counts those that agree, `unread` could not be compared."""

    is_clone: bool = False
    same: int = 0
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


_NO_CLONE = Checkout()


def read_checkout(facts: Facts) -> Checkout:
    """Compare every file with its commit. Raises `SourceError` for a broken clone, `Unreadable` at a lesser depth."""
    if not facts.repository.is_clone:
        return _NO_CLONE
    if facts.depth < Depth.FULL:
        raise Unreadable(f"needs {Depth.FULL.label} depth", Depth.FULL)
    everything = facts.repository.committed()
    committed = {file.path: file for file in everything if file.size is not None}
    others = tuple(file.path for file in everything if file.size is None)
    held = {path: file for path, file in facts.need(Manifest).by_path.items() if not _is_below(path, others)}
    measured = {file.path: file.sha256 for file in facts.need(Contents).hashes}
    found = {path: _is_same(facts, committed[path], held[path], measured) for path in committed.keys() & held.keys()}
    return Checkout(
        True,
        sum(is_same is True for is_same in found.values()),
        tuple(sorted(path for path, is_same in found.items() if is_same is False)),
        tuple(sorted(committed.keys() - held.keys())),
        tuple(sorted(held.keys() - committed.keys())),
        tuple(
            sorted({*others, *facts.repository.unlisted, *(path for path, is_same in found.items() if is_same is None)})
        ),
    )


def _is_below(path: str, others: tuple[str, ...]) -> bool:
    """Tell whether a path is one of those that are no regular files, or lies in one: git does not say what is there."""
    return any(path == other or path.startswith(f"{other}/") for other in others)


def _is_same(facts: Facts, committed: CommittedFile, file: RepoFile, measured: dict[str, str]) -> bool | None:
    """Tell whether a file is the one committed: by git's hash, or for a large file by the one in its pointer."""
    if committed.lfs_sha256 and not file.is_pointer:
        return measured[file.path] == committed.lfs_sha256 if file.path in measured else None
    try:
        source = facts.repository.open(file.path)
        return source.size == committed.size and blob_id(source) == committed.blob
    except SourceError:
        return None


def blob_id(source: ByteSource) -> str:
    """Return git's hash of a file. Raises `SourceError` when it ends early."""
    digest = hashlib.sha1(b"blob %d\0" % source.size, usedforsecurity=False)
    offset = 0
    while offset < source.size:
        data = source.read_at(offset, BLOCK)
        if not data:
            raise SourceError(f"{source.path} ended at {offset:,} of {source.size:,} bytes")
        digest.update(data)
        offset += len(data)
    return digest.hexdigest()
