"""From what a person types to a repository.

A target is, in this order: something on disk (always when it begins with `.`, `/` or `~`; otherwise when it exists), an
address of a model's page, `hf://owner/name`, or an id of the registry: `owner/name` or `name`, with `@revision` after it.
What exists on disk wins over an id of the same spelling; `hf://owner/name` always means the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from weighbridge.errors import NothingToAudit, SourceError, UsageError
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import is_model_id, is_revision
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.record import RecordRepository
from weighbridge.sources.repository import Repository

__all__ = ["RegistryId", "SourceOptions", "open_path", "open_registry", "open_repository", "parse_id"]

_RECORD_BYTES = 32 * 1024 * 1024
_HOSTS = ("https://huggingface.co", "https://hf.co", "https://www.huggingface.co", "http://huggingface.co")
_PLACES = frozenset({"tree", "blob", "resolve", "raw", "commit", "blame"})
_KINDS = frozenset({"datasets", "spaces", "buckets", "kernels"})
_ACCEPTED = "Give a folder, a file, an id such as org/name@revision, or the address of a model's page."


class RegistryId(msgspec.Struct, frozen=True):
    """A model's id in a registry, with the revision asked for."""

    name: str
    revision: str | None = None


def open_repository(target: str, options: SourceOptions | None = None) -> Repository:
    """Return the repository that a target means. Raises `UsageError` for what means none, `SourceError` when it cannot be read."""
    options = options or SourceOptions()
    try:
        path = Path(target).expanduser()
        exists = bool(target) and path.exists()
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, nobody's home
        exists = False
    if exists:
        return open_path(path, options)
    if target.startswith((".", "/", "~")):
        raise SourceError(f"{target} does not exist", hint=_ACCEPTED)
    return open_registry(parse_id(target, options), options)


def open_path(path: Path, options: SourceOptions) -> Repository:
    """Return what lies on disk: a folder, a registry's record in a JSON file, or one weight file."""
    from weighbridge.sources.cache import cached_in
    from weighbridge.sources.file import FileRepository
    from weighbridge.sources.folder import FolderRepository

    if path.is_dir():
        return cached_in(path, options) or FolderRepository(path, max_files=options.max_files)
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
    if target.lower().startswith(("http://", "https://")):
        wanted = _from_page(target, options)
    else:
        wanted = _split(target.removeprefix("hf://").removeprefix("models/") if target.startswith("hf://") else target)
    revision = wanted.revision if wanted.revision is not None else options.revision
    if not is_model_id(wanted.name):
        raise UsageError(f"{target} is no file, no folder, and cannot be a model's id", hint=_ACCEPTED)
    if revision is not None and not is_revision(revision):
        raise UsageError(
            f"{revision or 'nothing'} cannot be a revision", hint="Give a branch, a tag, or a 40-hex commit."
        )
    return RegistryId(wanted.name, revision)


def _split(text: str) -> RegistryId:
    name, at, revision = text.partition("@")
    return RegistryId(name.removesuffix("/"), revision if at else None)


def _from_page(address: str, options: SourceOptions) -> RegistryId:
    """Read the id and the revision off a page's address: `https://huggingface.co/owner/name/tree/revision`.

    Raises `UsageError` for addresses of other places, and of the registry's other things.
    """
    parts = _path_below_registry(address, options)
    if parts[:1] == ["models"]:
        parts = parts[1:]
    at = next((i for i, part in enumerate(parts) if i and part in _PLACES), None)
    name = parts[:at] if at is not None else parts
    if not parts or parts[0] in _KINDS or len(name) > 2:
        raise UsageError(f"{address} is not the page of a model", hint=_ACCEPTED)
    return RegistryId("/".join(name), _revision_of(parts[at + 1 :]) if at is not None else None)


def _path_below_registry(address: str, options: SourceOptions) -> list[str]:
    known = (*_HOSTS, options.endpoint or _endpoint())
    for endpoint in known:
        prefix = f"{endpoint.rstrip('/')}/"
        if address.lower().startswith(prefix.lower()):
            try:
                path = urlsplit(address).path[len(urlsplit(prefix).path) :]
            except ValueError:
                break
            return [unquote(part) for part in path.split("/") if part]
    raise UsageError(f"{address} is no address of the registry", hint=f"The registry is {known[-1]}.")


def _endpoint() -> str:
    from huggingface_hub import constants

    return constants.ENDPOINT


def _revision_of(parts: list[str]) -> str | None:
    """Return the revision that begins a page's path; those of pull requests and conversions have three parts."""
    if parts[:1] == ["refs"] and len(parts) >= 3:
        return "/".join(parts[:3])
    return parts[0] if parts else None


def _record(path: Path) -> Mapping[str, Any] | None:
    """Return the registry's record that a JSON file holds, or None when it holds something else."""
    if path.suffix.lower() != ".json":
        return None
    file = LocalFile(path.name, path)
    if file.size > _RECORD_BYTES:
        return None
    try:
        value = msgspec.json.decode(file.read_at(0, file.size))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    is_record = isinstance(value, dict) and isinstance(value.get("modelId") or value.get("id"), str)
    return value if is_record and ("siblings" in value or "tags" in value) else None
