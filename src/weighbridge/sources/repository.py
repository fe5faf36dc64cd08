"""The one interface behind which every kind of repository hides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weighbridge.errors import LimitExceeded, SourceError
from weighbridge.model import (
    ByteSource,
    Commit,
    CommittedFile,
    Depth,
    ModelRef,
    OldFile,
    Past,
    RepoFile,
    SignedHistory,
    Skip,
    Trust,
)

# No text file that people write by hand is larger; a larger one is cut, and said to be.
TEXT_LIMIT = 16 * 1024 * 1024


class Repository(ABC):
    """Files, registry metadata and history of one model at one revision.

    Everything is resolved when the repository is opened: `ref.commit` never changes afterwards. `record` is the JSON
    object that the registry's API gives, or None where no registry stands behind the files; `deepest` is the depth
    beyond which there is nothing to read; `skipped` lists what the listing had to leave out (links out of the tree,
    unreadable folders, a file count beyond the limit); `unlisted` are the places where there is more than `files` tell; `is_on_disk` tells that files can be opened again by copies of this process;
    `is_clone` that the files stand beside git's history of them, `is_shallow` that only its newest part is there, and `upstream` names the registry's model that it is a clone of.
    """

    ref: ModelRef
    deepest: Depth = Depth.RUN
    record: Mapping[str, Any] | None = None
    skipped: Sequence[Skip] = ()
    unlisted: Sequence[str] = ()
    is_on_disk: bool = False
    is_clone: bool = False
    is_shallow: bool = False
    upstream: str = ""

    @property
    @abstractmethod
    def files(self) -> Sequence[RepoFile] | None:
        """All files, sorted by path; None where the source has no listing."""

    @abstractmethod
    def open(self, path: str) -> ByteSource:
        """Return random access to a listed file. Raises `SourceError` when it cannot be had."""

    def commits(self, limit: int = 1000) -> Sequence[Commit]:  # noqa: ARG002 - for those that have a history
        """Return the newest commits first. Raises `SourceError` when there is no history to read."""
        raise SourceError(f"a {self.ref.origin.value} has no history")

    def signatures(self, trust: Trust) -> SignedHistory:  # noqa: ARG002 - for clones
        """Verify commits and tags with the keys that the user trusts. Raises `SourceError` where that cannot be done."""
        raise SourceError(f"a {self.ref.origin.value} does not tell its commits' signatures", hint="Audit a clone.")

    def past(self) -> Past:
        """Return what can be seen of earlier states. Raises `SourceError` when there is no history to read."""
        raise SourceError(f"a {self.ref.origin.value} has no history")

    def committed(self) -> Sequence[CommittedFile]:
        """Return the files of a clone's commit. Raises `SourceError` when there is none."""
        raise SourceError(f"a {self.ref.origin.value} is no clone")

    def old_files(self, is_wanted: Callable[[str], bool]) -> tuple[Sequence[OldFile], int]:  # noqa: ARG002 - for clones
        """Return small files of past commits, and how many had to be left out. Raises `SourceError` where there are none."""
        raise SourceError(f"a {self.ref.origin.value} does not hold past commits' files", hint="Audit a clone.")

    def commit_with(self, blob: str) -> str:  # noqa: ARG002 - for clones
        """Return the commit that brought a file of the past. Raises `SourceError` where there are none."""
        raise SourceError(f"a {self.ref.origin.value} does not hold past commits' files")

    def members(self) -> Sequence[str] | None:
        """Return the owning organisation's members; None where the registry does not tell. Raises `SourceError`."""
        return None

    def scan_details(self, paths: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:  # noqa: ARG002 - for registries
        """Return what the registry's scanners say of these files, as it says it. Raises `SourceError`."""
        return {}

    def prefetch(self, paths: Sequence[str]) -> None:  # noqa: B027 - where reading is cheap there is nothing to do
        """Take note that the beginnings of these files will be read next; raises nothing."""

    def discussions(self) -> tuple[int, int] | None:
        """Return how many discussions are open and closed; None where nothing holds any. Raises `SourceError`."""
        return None

    def owner_is_verified(self) -> bool | None:
        """Tell whether the registry has verified who the owner is; None where it does not say. Raises `SourceError`."""
        return None

    def read(self, path: str, limit: int = TEXT_LIMIT) -> bytes:
        """Return a whole small file. Raises `LimitExceeded` when it is larger than `limit` bytes."""
        source = self.open(path)
        if source.size > limit:
            raise LimitExceeded(f"{path} has {source.size:,} bytes; the limit is {limit:,}", where=path)
        return source.read_at(0, source.size)
