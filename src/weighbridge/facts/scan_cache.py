"""Scans of files that were scanned before, kept on disk by what decides them: the content, and how it is looked at.

Kept is what was observed, never a verdict: the checks judge anew each time. An entry is named by a hash over the file's content, its
path, the limits, and the code that observes, so that no entry is ever out of date. It is only written for a file that
did not change meanwhile, that was looked at to its end, and that was looked at alone; it is only read from a folder that
nobody else can write to. What is broken counts as not there. So a scan with a cache says what it says without one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import UsageError
from weighbridge.facts.scan import FileScan
from weighbridge.facts.scanners.subject import Costs
from weighbridge.formats.binary import Siblings
from weighbridge.model import ByteSource
from weighbridge.sources.local import LocalFile

# Larger files mostly hold raw numbers, of which a scan reads little: hashing them would cost more than it saves.
FILE_BYTES = 256 * 1024 * 1024
# The entries that are kept, and how much of them when there are more: the oldest go.
ENTRIES, TOTAL_BYTES, _KEPT = 20_000, 256 * 1024 * 1024, 0.8
ENTRY_BYTES = 512 * 1024
_SUFFIX = ".scan"
_CHECKSUM = hashlib.sha256().digest_size
# The optional libraries that decide what can be unpacked.
_CODECS = ("lz4", "zstandard", "py7zr")
_OBSERVING = ("facts", "formats", "model")

Look = Callable[[Siblings], FileScan]


class _Entry(msgspec.Struct, frozen=True):
    """An answer with the name under which it was kept."""

    key: str
    scan: FileScan


_DECODER = msgspec.msgpack.Decoder(_Entry)


class ScanCache:
    """A folder of answers. Raises `UsageError` when it cannot be made, or others can write to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = folder.lstat()
        except OSError as error:
            raise UsageError(f"the cache {folder} cannot be used: {error.strerror}", hint=_HINT) from None
        if problem := _untrusted(status):
            raise UsageError(f"the cache {folder} {problem}", hint=_HINT)

    def answer(self, source: LocalFile, costs: Costs, look: Look, siblings: Siblings) -> FileScan:
        """Return the scan of a file: the one that is kept, or the one that `look` makes. Raises `SourceError`."""
        if source.size > FILE_BYTES:
            return look(siblings)
        from weighbridge.facts.contents import (
            sha256_of,
        )  # starts threads' machinery, which a scan without a cache needs not

        before = source.stamp()
        key = _key(source, sha256_of(source), costs)
        if (known := self._read(key, source.path)) is not None:
            return known
        asked: list[str] = []

        def noticed(path: str) -> ByteSource | None:
            asked.append(path)
            return siblings(path)

        found = look(noticed)
        if not found.incomplete and not asked and source.stamp() == before:
            self._write(key, found)
        return found

    def shrink(self) -> None:
        """Remove the oldest entries when there are too many."""
        found = sorted(self._listed(), reverse=True)
        if len(found) <= ENTRIES and sum(size for _, size, _ in found) <= TOTAL_BYTES:
            return
        held = 0
        for number, (_, size, path) in enumerate(found):
            held += size
            if number >= ENTRIES * _KEPT or held > TOTAL_BYTES * _KEPT:
                with suppress(OSError):
                    path.unlink()

    def _listed(self) -> Iterator[tuple[int, int, Path]]:
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIX) or entry.name.startswith("."):
                    with suppress(OSError):
                        status = entry.stat(follow_symlinks=False)
                        yield status.st_mtime_ns, status.st_size, Path(entry.path)

    def _read(self, key: str, path: str) -> FileScan | None:
        """Return what is kept under a key; None for whatever is not exactly what was written."""
        data = _content(self._folder / f"{key}{_SUFFIX}")
        body = data[_CHECKSUM:]
        if hashlib.sha256(body).digest() != data[:_CHECKSUM]:
            return None
        try:
            entry = _DECODER.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return None
        return entry.scan if entry.key == key and entry.scan.path == path and not entry.scan.incomplete else None

    def _write(self, key: str, scan: FileScan) -> None:
        """Keep an answer, at once or not at all; a full disk costs the entry alone."""
        body = msgspec.msgpack.encode(_Entry(key, scan))
        if len(body) > ENTRY_BYTES:
            return
        temporary = ""
        try:
            descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=_SUFFIX, dir=self._folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(body).digest() + body)
            Path(temporary).replace(self._folder / f"{key}{_SUFFIX}")
        except OSError:
            with suppress(OSError):
                Path(temporary).unlink()


_HINT = "Give another folder with --cache-dir, one that you alone can write to, or scan without a cache."


def _untrusted(status: os.stat_result) -> str:
    """Return why a folder's entries could be somebody else's, empty where they cannot be."""
    if not hasattr(os, "geteuid"):
        return "cannot be used: this system does not tell who can write to it"
    if not stat.S_ISDIR(status.st_mode):
        return "is no folder"
    if status.st_uid != os.geteuid():
        return "belongs to somebody else"
    return "can be written to by others" if status.st_mode & 0o022 else ""


def _content(path: Path) -> bytes:
    """Return an entry's bytes; none where it is not a regular file of ours, or too long."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
            return file.read(ENTRY_BYTES + _CHECKSUM) if is_ours else b""
    except OSError:
        return b""


def _key(source: ByteSource, digest: str, costs: Costs) -> str:
    parts: list[Any] = [rules(), digest, source.path, source.size, msgspec.structs.astuple(costs)]
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()


@cache
def rules() -> str:
    """Return a hash over all that decides what is observed in a file: this program's code and data, and its libraries."""
    import jinja2
    import yaml

    digest = hashlib.sha256()
    codecs = [name for name in _CODECS if importlib.util.find_spec(name)]
    said = [
        sys.implementation.name,
        *map(str, sys.version_info[:3]),
        jinja2.__version__,
        yaml.__version__,
        *codecs,
    ]
    digest.update("\0".join(said).encode())
    package = resources.files("weighbridge")
    for name in _OBSERVING:
        for path, data in sorted(_files(package / name, name)):
            digest.update(path.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()


def _files(folder: Any, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".json", ".toml", ".txt")):
            yield f"{name}/{entry.name}", entry.read_bytes()
