"""Who made the repository, and how it changed."""

from __future__ import annotations

import datetime

import msgspec

from weighbridge.model import Commit


class History(msgspec.Struct, frozen=True):
    """The newest commits first; `is_complete` is False when there are more than were read."""

    commits: tuple[Commit, ...] = ()
    is_complete: bool = True

    @property
    def authors(self) -> tuple[str, ...]:
        """Distinct authors, sorted."""
        return tuple(sorted({author for commit in self.commits for author in commit.authors}))

    @property
    def latest(self) -> datetime.datetime | None:
        """When the newest commit was made."""
        return max((c.date for c in self.commits), default=None)
