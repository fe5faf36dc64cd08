"""A repository on the loopback Hub, and the JSON that the Hub's interface gives for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.hub.content import Content, Held, content_of

# What the Hub keeps in large-file storage: by extension, as its default .gitattributes has it, or by size.
LARGE_SUFFIXES = (
    ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".onnx", ".h5", ".keras", ".msgpack", ".npz", ".npy",
    ".joblib", ".pkl", ".tflite", ".zip", ".model",
)  # fmt: skip
LARGE_SIZE = 10 * 1024 * 1024
# What `/api/models/{id}` gives only when it is asked to expand.
EXPANDED_ONLY = ("downloadsAllTime", "childrenModelCount", "baseModels", "trendingScore")


@dataclass
class HubModel:
    """A model repository. `record` adds to, or overrides, the fields of the interface's JSON.

    `gated` and `private` ask for a token of `readers`; `branches` maps names to commits beside `main`; `discussions`
    are the numbers of open and closed ones; `tags` maps names to commits, and `past` commits to the files that they had; `scans` are what the scanners say of files; `moved_to` is the name the repository has now.
    """

    name: str
    files: dict[str, Content]
    record: dict[str, Any] = field(default_factory=dict)
    gated: str | bool = False
    private: bool = False
    disabled: bool = False
    moved_to: str = ""
    readers: frozenset[str] = frozenset()
    branches: dict[str, str] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = ()
    tags: dict[str, str] = field(default_factory=dict)
    scans: dict[str, dict[str, Any]] = field(default_factory=dict)
    past: dict[str, Mapping[str, str | bytes]] = field(default_factory=dict)
    discussions: tuple[int, int] = (0, 0)

    @property
    def commit(self) -> str:
        """The commit that `main` is at: it follows from the files."""
        parts = "".join(f"{path}:{content.sha256};" for path, content in sorted(self.files.items()))
        return hashlib.sha1(f"{self.name};{parts}".encode()).hexdigest()

    def resolve(self, revision: str) -> str | None:
        """Return the commit behind a branch, a tag, or a commit; None where there is none."""
        known = {"main": self.commit, **self.branches, **self.tags, **{commit: commit for commit in self.past}}
        return known.get(revision) or (revision if revision in known.values() else None)

    def then(self, commit: str) -> HubModel:
        """Return the model as it was at a commit of the past."""
        return HubModel(self.name, {path: content_of(value) for path, value in self.past[commit].items()})

    def is_large(self, path: str) -> bool:
        """Tell whether a file lies in large-file storage."""
        return path.endswith(LARGE_SUFFIXES) or self.files[path].size >= LARGE_SIZE

    def info(self, *, blobs: bool, security: bool, expand: Sequence[str]) -> dict[str, Any]:
        """Return what `/api/models/{id}` answers with."""
        known = {**self._record(blobs), **self.record}
        if expand:
            return {key: known[key] for key in ("_id", "id", *expand) if key in known}
        shown = {key: value for key, value in known.items() if key not in EXPANDED_ONLY}
        if security:
            shown.setdefault("securityRepoStatus", {"scansDone": True, "filesWithIssues": []})
        return shown

    def tree(self) -> list[dict[str, Any]]:
        """Return what `/api/models/{id}/tree/{revision}?recursive=true` answers with."""
        scanned = {path: {"securityFileStatus": self.scans[path]} for path in self.scans}
        return [self._entry(path, content) | scanned.get(path, {}) for path, content in sorted(self.files.items())]

    def log(self) -> list[dict[str, Any]]:
        """Return the commits, newest first, as `/api/models/{id}/commits/{revision}` gives them."""
        if self.history:
            return [dict(entry) for entry in self.history]
        return [commit_entry(self.commit, "initial commit", "2024-01-02T03:04:05.000Z", "system")]

    def etag(self, path: str) -> str:
        """Return a file's content hash as the Hub gives it: SHA-256 of a large file, git's of a small one."""
        content = self.files[path]
        return content.sha256 if self.is_large(path) else blob_id(content)

    def _record(self, blobs: bool) -> dict[str, Any]:
        return {
            "_id": hashlib.sha1(self.name.encode()).hexdigest()[:24],
            "id": self.name,
            "modelId": self.name,
            "author": self.name.rpartition("/")[0],
            "sha": self.commit,
            "private": self.private,
            "gated": self.gated,
            "disabled": self.disabled,
            "downloads": 42,
            "downloadsAllTime": 4242,
            "likes": 7,
            "tags": [],
            "createdAt": "2024-01-02T03:04:05.000Z",
            "lastModified": "2024-02-03T04:05:06.000Z",
            "spaces": [],
            "childrenModelCount": 3,
            "usedStorage": sum(content.size for content in self.files.values()),
            "siblings": list(self._siblings(blobs)),
        }

    def _siblings(self, blobs: bool) -> Iterator[dict[str, Any]]:
        for path, content in sorted(self.files.items()):
            entry: dict[str, Any] = {"rfilename": path}
            if blobs:
                entry |= {"blobId": blob_id(content), "size": content.size}
                if self.is_large(path):
                    entry["lfs"] = {"sha256": content.sha256, "size": content.size, "pointerSize": 135}
            yield entry

    def _entry(self, path: str, content: Content) -> dict[str, Any]:
        entry: dict[str, Any] = {"type": "file", "oid": blob_id(content), "size": content.size, "path": path}
        if self.is_large(path):
            entry["lfs"] = {"oid": content.sha256, "size": content.size, "pointerSize": 135}
        return entry


def blob_id(content: Content) -> str:
    """Return git's hash of the file, or for content without bytes something of the same shape."""
    data = content.data if isinstance(content, Held) else content.sha256.encode()
    return hashlib.sha1(b"blob %d\0" % content.size + data).hexdigest()


def commit_entry(commit: str, title: str, date: str, *users: str) -> dict[str, Any]:
    """Return a commit as the Hub's interface gives it."""
    return {
        "id": commit,
        "title": title,
        "message": "",
        "authors": [{"user": user, "avatar": "/avatars/x.svg"} for user in users],
        "date": date,
    }
