"""What files there are, and what each is for."""

from __future__ import annotations

from functools import cached_property

from weighbridge.model import RepoFile


class Manifest:
    """A repository's files by role. `files` are sorted by path; roles are told by name, never by content."""

    def __init__(self, files: tuple[RepoFile, ...]) -> None:
        self.files = files

    @cached_property
    def by_path(self) -> dict[str, RepoFile]:
        """Files by their exact path."""
        return {file.path: file for file in self.files}

    @cached_property
    def weights(self) -> tuple[RepoFile, ...]:
        """Files that hold, or by their extension claim to hold, model weights."""
        raise NotImplementedError
