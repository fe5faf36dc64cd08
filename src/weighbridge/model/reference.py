"""What a target on the command line denotes."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Where a repository lives."""

    HUB = "hub"
    CACHE = "cache"
    FOLDER = "folder"
    FILE = "file"
    RECORD = "record"


class ModelRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """One model at one revision.

    `name` is `owner/name` on a registry and the folder's or file's name on disk; `revision` is what was asked for,
    `commit` the 40-hex commit it was resolved to. A folder on disk may have neither.
    """

    origin: Origin
    name: str
    revision: str | None = None
    commit: str | None = None
    endpoint: str | None = None

    @property
    def owner(self) -> str:
        """The namespace, or an empty text where there is none."""
        return self.name.rpartition("/")[0]

    @property
    def short_name(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("/")[2]

    def __str__(self) -> str:
        """Return `owner/name@commit`, as far as known."""
        pin = self.commit or self.revision
        return f"{self.name}@{pin}" if pin else self.name
