"""A repository of a Hugging Face Hub, read by byte ranges; nothing heavy is downloaded."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from weighbridge.errors import SourceError
from weighbridge.model import ByteSource, Commit, ModelRef, Move, Origin, Past, Release, RepoFile, Skip
from weighbridge.sources.http import HubClient
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import is_model_id
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.record import sibling_file
from weighbridge.sources.remote import BLOCK, BlockCache, RemoteFile
from weighbridge.sources.repository import Repository

_COMMIT = re.compile(r"[0-9a-f]{40}")
# What the plain answer leaves out; asked for in a request of its own, because the two forms exclude each other.
_EXPANDED = ("downloadsAllTime", "childrenModelCount", "spaces", "baseModels", "gguf", "safetensors")
_COMMIT_PAGES = 40
_FOLLOWING = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')
_AT_ONCE = 8
_MEMBERS = 500
# Where the registry's scanners are asked what they found: in so many folders, and pages of each.
_FOLDERS = 5
_TREE_PAGES = 10
# How many commits `commits` gives unless more are asked for.
_PAST = 1000
_PREFETCHED = 1000


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
        self.renamed_from = "" if record["id"] == name else name
        self.ref = ModelRef(Origin.HUB, record["id"], revision, record["sha"], self._client.endpoint)
        self._files = _listed(record, options.max_files)
        if len(self._files) >= options.max_files:
            self.skipped = (Skip(".", f"the listing stops at {options.max_files:,} files"),)
            self.unlisted = (".",)
        self.record = self._completed(record)
        self._sizes = {file.path: file.size for file in self._files}
        self._opened: dict[str, ByteSource] = {}
        self._commits: tuple[Commit, ...] = ()
        self._commits_asked = 0
        self._blocks = BlockCache()

    @property
    def files(self) -> Sequence[RepoFile]:
        """All files at the commit, sorted by path."""
        return self._files

    def open(self, path: str) -> ByteSource:
        """Return random access to a listed file: from the local cache where it holds the commit, by ranges otherwise."""
        if path not in self._sizes or not _is_inside(path):
            raise SourceError(f"{path} is no file of {self.ref.name}")
        if path not in self._opened:
            self._opened[path] = self._cached(path) or self._remote(path)
        return self._opened[path]

    def commits(self, limit: int = 1000) -> Sequence[Commit]:
        """Return the newest commits first; the Hub does not tell which are signed. They are asked for once."""
        if limit > self._commits_asked:
            self._commits, self._commits_asked = self._ask_for_commits(limit), limit
        return self._commits[:limit]

    def _ask_for_commits(self, limit: int) -> tuple[Commit, ...]:
        found: list[Commit] = []
        path = f"/api/models/{quote(self.ref.name)}/commits/{self.ref.commit}"
        for _ in range(_COMMIT_PAGES):
            entries, answer = self._client.json(path)
            found += [commit for entry in _objects(entries) if (commit := _commit(entry)) is not None]
            path = self._following(answer.headers.get("link", ""))
            if not path or len(found) >= limit:
                break
        return tuple(found[:limit])

    def _following(self, link: str) -> str:
        """Return the path of the next page, when it is the same endpoint's; empty otherwise."""
        match = _FOLLOWING.search(link[:4000])
        prefix = f"{self._client.endpoint}/"
        return match[1].removeprefix(self._client.endpoint) if match and match[1].startswith(prefix) else ""

    def prefetch(self, paths: Sequence[str]) -> None:
        """Fetch the beginnings of several files side by side; what fails will be told when it is read."""

        def peek(path: str) -> None:
            try:
                self.open(path).read_at(0, BLOCK)
            except SourceError:
                return

        listed = [path for path in paths if path in self._sizes][:_PREFETCHED]
        if len(listed) > 1:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(peek, listed))

    def _resolve(self, name: str, revision: str | None) -> dict[str, Any]:
        """Return the record at the commit that the revision is now. Raises `SourceError`."""
        path = f"/api/models/{quote(name)}" + (f"/revision/{quote(revision, safe='')}" if revision else "")
        record, _ = self._client.json(path, {"blobs": "true", "securityStatus": "true"})
        if not isinstance(record, dict) or not is_model_id(record.get("id")):
            raise SourceError(f"{self._client.endpoint} does not describe {name} as a Hub does")
        if not isinstance(record.get("sha"), str) or not _COMMIT.fullmatch(record["sha"]):
            raise SourceError(f"{self._client.endpoint} does not tell the commit of {name}")
        return record

    def discussions(self) -> tuple[int, int] | None:
        """Return how many discussions are open and closed; None where the Hub does not count them."""
        found = self._maybe(f"/api/models/{quote(self.ref.name)}/discussions", {"status": "all"})
        total, closed = found.get("count"), found.get("numClosedDiscussions")
        listed = _objects(found.get("discussions"))
        if type(total) is not int or total < 0:
            return None
        if len(listed) == total:  # all of them stand on the first page, so they need not be believed but counted
            closed = sum(entry.get("status") != "open" for entry in listed)
        return (total - closed, closed) if type(closed) is int and 0 <= closed <= total else None

    def owner_is_verified(self) -> bool | None:
        """Tell whether the Hub has verified the owner; None for a person, or where it does not say."""
        if not self.ref.owner:
            return None
        verified = self._maybe(f"/api/organizations/{quote(self.ref.owner)}/overview").get("isVerified")
        return verified if isinstance(verified, bool) else None

    def members(self) -> Sequence[str] | None:
        """Return the owning organisation's members that the Hub shows; None for a person, or where it shows none."""
        if not self.ref.owner:
            return None
        try:
            entries, _ = self._client.json(f"/api/organizations/{quote(self.ref.owner)}/members", {"limit": _MEMBERS})
        except SourceError:
            return None
        found = [entry["user"] for entry in _objects(entries) if isinstance(entry.get("user"), str)]
        return tuple(found) or None

    def scan_details(self, paths: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return each file's `securityFileStatus`, folder by folder; what the Hub does not tell is left out."""
        wanted = frozenset(paths)
        found: dict[str, Mapping[str, Any]] = {}
        for folder in sorted({path.rpartition("/")[0] for path in wanted if _is_inside(path)})[:_FOLDERS]:
            for entry in self._entries(folder):
                path, status = entry.get("path"), entry.get("securityFileStatus")
                if isinstance(path, str) and path in wanted and isinstance(status, dict):
                    found[path] = status
        return found

    def _entries(self, folder: str) -> Iterator[dict[str, Any]]:
        path = f"/api/models/{quote(self.ref.name)}/tree/{self.ref.commit}" + (f"/{quote(folder)}" if folder else "")
        path += "?expand=true"
        for _ in range(_TREE_PAGES):
            entries, answer = self._client.json(path)
            yield from _objects(entries)
            path = self._following(answer.headers.get("link", ""))
            if not path:
                return

    def past(self) -> Past:
        """Return the newest tag behind this commit with what was changed since, and what the local cache remembers."""
        commits = [commit.id for commit in self.commits()]
        return Past(self._release(commits), self._moves(commits))

    def _release(self, commits: Sequence[str]) -> Release | None:
        """Return the tag that the fewest commits lie after; what it held is asked for in a request of its own."""
        places = {commit: number for number, commit in enumerate(commits)}
        listed = _objects(self._maybe(f"/api/models/{quote(self.ref.name)}/refs").get("tags"))
        named = [(entry.get("name"), entry.get("targetCommit")) for entry in listed]
        tags = [
            (places[target], name, target)
            for name, target in named
            if isinstance(name, str) and isinstance(target, str) and target in places
        ]
        if not tags:
            return None
        since, name, target = min(tags)
        if since == 0:
            return Release(name, target)
        record = self._maybe(f"/api/models/{quote(self.ref.name)}/revision/{target}", {"blobs": "true"})
        if not record:
            raise SourceError(f"the registry does not tell what {name[:100]} held")
        then = _listed(record, self._options.max_files)
        return Release(name, target, since, _differing(then, self._files))

    def _moves(self, commits: Sequence[str]) -> tuple[Move, ...]:
        """Return how the branch moved since the local cache took note of it."""
        from weighbridge.sources.cache import remembered

        old = remembered(self.ref.name, self.ref.revision, self._options)
        if old is None or not commits or old == commits[0]:
            return ()
        is_kept = True if old in commits else None if len(commits) >= _PAST else False
        name = f"{self.ref.revision or 'main'} in the registry"
        return (Move(name, old, commits[0], "the local cache", is_kept),)

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

        found = try_to_load_from_cache(self.ref.name, path, cache_dir=self._options.cache, revision=self.ref.commit)
        if not isinstance(found, str):
            return None
        try:
            local = LocalFile(path, Path(found))
        except SourceError:
            return None
        return local if local.size == (self._sizes[path] or local.size) else None

    def _remote(self, path: str) -> RemoteFile:
        url = f"{self._client.endpoint}/{quote(self.ref.name)}/resolve/{self.ref.commit}/{quote(path)}"
        return RemoteFile(self._client, url, path, self._sizes[path], self._blocks, self.ref.name)


def _is_inside(path: str) -> bool:
    """Tell whether a listed path stays where it is put: it becomes part of an address, and of a place in the cache."""
    return not path.startswith("/") and "\\" not in path and "\0" not in path and ".." not in path.split("/")


def _listed(record: Mapping[str, Any], limit: int) -> tuple[RepoFile, ...]:
    siblings = record.get("siblings")
    found = (sibling_file(entry) for entry in (siblings if isinstance(siblings, list) else [])[:limit])
    files = {file.path: file for file in found if file is not None and file.path}
    return tuple(files[path] for path in sorted(files))


def _differing(then: Sequence[RepoFile], now: Sequence[RepoFile]) -> tuple[str, ...]:
    """Return the paths at which two listings hold different files."""
    old = {file.path: file.blob_id or file.sha256 for file in then}
    new = {file.path: file.blob_id or file.sha256 for file in now}
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))


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
