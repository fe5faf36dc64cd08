"""A repository of a Hugging Face Hub, read by byte ranges; nothing heavy is downloaded."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from weighbridge.errors import SourceError
from weighbridge.model import ByteSource, Commit, ModelRef, Origin, RepoFile, Skip
from weighbridge.sources.http import HubClient
from weighbridge.sources.local import LocalFile
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.record import sibling_file
from weighbridge.sources.remote import RemoteFile
from weighbridge.sources.repository import Repository

_COMMIT = re.compile(r"[0-9a-f]{40}")
# What the plain answer leaves out; asked for in a request of its own, because the two forms exclude each other.
_EXPANDED = ("downloadsAllTime", "childrenModelCount", "spaces", "baseModels", "gguf", "safetensors")
_COMMITS_A_PAGE = 50
_AT_ONCE = 8
_PEEK = 16


class HubRepository(Repository):
    """A model on the Hub at one commit.

    The revision is resolved first, and everything is read at that commit. `record` is the Hub's own JSON; `traffic` counts
    requests and bytes.
    """

    def __init__(self, name: str, revision: str | None, options: SourceOptions) -> None:
        self._options = options
        self._client = HubClient(options)
        self.traffic = self._client.traffic
        record = self._resolve(name, revision)
        name = record["id"]
        self.ref = ModelRef(Origin.HUB, name, revision, record["sha"], self._client.endpoint)
        self._files = _listed(record, options.max_files)
        if len(record.get("siblings") or ()) > options.max_files:
            self.skipped = (Skip("…", f"the listing stops at {options.max_files:,} files"),)
        self.record = self._completed(record)
        self._sizes = {file.path: file.size for file in self._files}
        self._opened: dict[str, ByteSource] = {}

    @property
    def files(self) -> Sequence[RepoFile]:
        """All files at the commit, sorted by path."""
        return self._files

    def open(self, path: str) -> ByteSource:
        """Return random access to a listed file: from the local cache where it holds the commit, by ranges otherwise."""
        if path not in self._sizes:
            raise SourceError(f"{path} is no file of {self.ref.name}")
        if path not in self._opened:
            self._opened[path] = self._cached(path) or self._remote(path)
        return self._opened[path]

    def commits(self, limit: int = 1000) -> Sequence[Commit]:
        """Return the newest commits first; the Hub does not tell which are signed."""
        found: list[Commit] = []
        for page in range((limit + _COMMITS_A_PAGE - 1) // _COMMITS_A_PAGE):
            path = f"/api/models/{self.ref.name}/commits/{self.ref.commit}"
            entries, _ = self._client.json(path, {"p": page})
            found += [commit for entry in _objects(entries) if (commit := _commit(entry)) is not None]
            if len(_objects(entries)) < _COMMITS_A_PAGE:
                break
        return tuple(found[:limit])

    def prefetch(self, paths: Sequence[str]) -> None:
        """Fetch the beginnings of several files side by side; what fails will be told when it is read."""

        def peek(path: str) -> None:
            try:
                self.open(path).read_at(0, _PEEK)
            except SourceError:
                return

        listed = [path for path in paths if path in self._sizes]
        if len(listed) > 1:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(peek, listed))

    def _resolve(self, name: str, revision: str | None) -> dict[str, Any]:
        """Return the record at the commit that the revision is now. Raises `SourceError`."""
        path = f"/api/models/{quote(name)}" + (f"/revision/{quote(revision, safe='')}" if revision else "")
        record, _ = self._client.json(path, {"blobs": "true", "securityStatus": "true"})
        if not isinstance(record, dict) or not isinstance(record.get("id"), str):
            raise SourceError(f"{self._client.endpoint} does not describe {name} as a Hub does")
        if not isinstance(record.get("sha"), str) or not _COMMIT.fullmatch(record["sha"]):
            raise SourceError(f"{self._client.endpoint} does not tell the commit of {name}")
        return record

    def discussions(self) -> tuple[int, int] | None:
        """Return how many discussions are open and closed; None where the Hub does not count them."""
        path = f"/api/models/{quote(self.ref.name)}/discussions"
        counts = [self._maybe(path, {"status": state}).get("count") for state in ("open", "closed")]
        opened, closed = (count if isinstance(count, int) and count >= 0 else None for count in counts)
        return None if opened is None or closed is None else (opened, closed)

    def owner_is_verified(self) -> bool | None:
        """Tell whether the Hub has verified the owner; None for a person, or where it does not say."""
        if not self.ref.owner:
            return None
        verified = self._maybe(f"/api/organizations/{quote(self.ref.owner)}/overview").get("isVerified")
        return verified if isinstance(verified, bool) else None

    def _completed(self, record: dict[str, Any]) -> Mapping[str, Any]:
        """Add what takes a request of its own; what the Hub does not answer is left unknown."""
        more = self._maybe(f"/api/models/{quote(record['id'])}", {"expand": list(_EXPANDED)})
        return record | {key: more[key] for key in _EXPANDED if key in more and key not in record}

    def _maybe(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            found, _ = self._client.json(path, params)
        except SourceError:
            return {}
        return found if isinstance(found, dict) else {}

    def _cached(self, path: str) -> LocalFile | None:
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(
            self.ref.name, path, cache_dir=self._options.cache, revision=self.ref.commit or None
        )
        if not isinstance(found, str):
            return None
        size = Path(found).stat().st_size
        return LocalFile(path, Path(found), size) if size == (self._sizes[path] or size) else None

    def _remote(self, path: str) -> RemoteFile:
        url = f"{self._client.endpoint}/{quote(self.ref.name)}/resolve/{self.ref.commit}/{quote(path)}"
        return RemoteFile(self._client, url, path, self._sizes[path])


def _listed(record: Mapping[str, Any], limit: int) -> tuple[RepoFile, ...]:
    siblings = record.get("siblings")
    found = (sibling_file(entry) for entry in (siblings if isinstance(siblings, list) else [])[:limit])
    files = {file.path: file for file in found if file is not None and file.path}
    return tuple(files[path] for path in sorted(files))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _commit(entry: dict[str, Any]) -> Commit | None:
    identifier, date = entry.get("id"), entry.get("date")
    if not isinstance(identifier, str) or not isinstance(date, str):
        return None
    try:
        when = datetime.datetime.fromisoformat(date)
    except ValueError:
        return None
    authors = tuple(a["user"] for a in _objects(entry.get("authors")) if isinstance(a.get("user"), str))
    title = entry.get("title")
    return Commit(identifier, when, authors, title[:200] if isinstance(title, str) else "")
