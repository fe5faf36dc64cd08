"""From what a person types to a repository.

A target is, in this order: something on disk (always when it begins with `.`, `/` or `~`; otherwise when it exists), an
address of a model's page, `hf://owner/name`, or an id of the registry: `owner/name` or `name`, with `@revision` after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from weighbridge.errors import NothingToAudit, SourceError, UsageError
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.record import RecordRepository
from weighbridge.sources.repository import Repository

_ID = re.compile(r"(?:[A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9][\w.-]{0,95}")
_REVISION = re.compile(r"[\w./+-]{1,200}")
_RECORD_BYTES = 16 * 1024 * 1024


class RegistryId(msgspec.Struct, frozen=True):
    """A model's id in a registry, with the revision asked for."""

    name: str
    revision: str | None = None


def open_repository(target: str, options: SourceOptions | None = None) -> Repository:
    """Return the repository that a target means. Raises `UsageError` for what means none, `SourceError` when it cannot be read."""
    options = options or SourceOptions()
    path = Path(target).expanduser()
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a null byte
        exists = False
    if exists:
        return open_path(path, options)
    if target.startswith((".", "/", "~")):
        raise SourceError(f"{target} does not exist", hint="Give a folder, a file, or an id such as org/name.")
    wanted = parse_id(target, options)
    return open_registry(wanted, options)


def open_path(path: Path, options: SourceOptions) -> Repository:
    """Return what lies on disk: a folder, a registry's record in a JSON file, or one weight file."""
    from weighbridge.sources.cache import resolve_cached_root
    from weighbridge.sources.file import FileRepository
    from weighbridge.sources.folder import FolderRepository

    if path.is_dir():
        return FolderRepository(resolve_cached_root(path, options.revision), max_files=options.max_files)
    if not path.is_file():
        raise NothingToAudit(f"{path} is neither a folder nor a regular file")
    record = _record(path)
    return RecordRepository(record) if record is not None else FileRepository(path)


def open_registry(wanted: RegistryId, options: SourceOptions) -> Repository:
    """Return a model of the registry; offline, of the local cache."""
    if options.offline:
        from weighbridge.sources.cache import open_cached

        return open_cached(wanted.name, wanted.revision, options)
    from weighbridge.sources.hub import HubRepository

    return HubRepository(wanted.name, wanted.revision, options)


def parse_id(target: str, options: SourceOptions) -> RegistryId:
    """Return the registry's id that a target means. Raises `UsageError` for what can be none."""
    if target.startswith("hf://"):
        wanted = _split(target[5:].removeprefix("models/"))
    elif target.startswith(("http://", "https://")):
        wanted = _from_page(target)
    else:
        wanted = _split(target)
    revision = wanted.revision or options.revision
    if not _ID.fullmatch(wanted.name) or ".." in wanted.name or "--" in wanted.name:
        raise UsageError(
            f"{target} is no file, no folder, and cannot be a model's id",
            hint="Give a folder, a file, an id such as org/name@revision, or the address of a model's page.",
        )
    if revision is not None and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise UsageError(f"{revision} cannot be a revision", hint="Give a branch, a tag, or a 40-hex commit.")
    return RegistryId(wanted.name, revision)


def _split(text: str) -> RegistryId:
    name, at, revision = text.partition("@")
    return RegistryId(name.strip("/"), revision if at else None)


def _from_page(address: str) -> RegistryId:
    """Read `owner/name` and the revision off a page's address: `…/owner/name/tree/revision`."""
    parts = [unquote(part) for part in urlsplit(address).path.split("/") if part]
    marks = [i for i, part in enumerate(parts) if part in {"tree", "blob", "resolve", "commit", "raw"}]
    end = marks[0] if marks else min(2, len(parts))
    revision = parts[end + 1] if marks and end + 1 < len(parts) else None
    return RegistryId("/".join(parts[:end]), revision)


def _record(path: Path) -> Mapping[str, Any] | None:
    """Return the registry's record that a JSON file holds, or None when it holds something else."""
    if path.suffix != ".json" or path.stat().st_size > _RECORD_BYTES:
        return None
    try:
        value = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError):
        return None
    is_record = isinstance(value, dict) and isinstance(value.get("modelId") or value.get("id"), str)
    return value if is_record and ("siblings" in value or "tags" in value) else None
