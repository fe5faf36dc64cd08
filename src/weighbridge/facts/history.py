"""Who made the repository, and how it changed."""

from __future__ import annotations

import datetime

import msgspec

from weighbridge.facts.engine import Facts
from weighbridge.model import Commit

# Enough for the activity of years; beyond it only the newest commits are looked at.
COMMIT_LIMIT = 1000


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


def read_history(facts: Facts) -> History:
    """Read the newest commits. Raises `SourceError` where the source has no history."""
    commits = tuple(facts.repository.commits(COMMIT_LIMIT + 1))
    newest = sorted(commits, key=lambda commit: commit.date, reverse=True) if _is_comparable(commits) else list(commits)
    return History(tuple(newest[:COMMIT_LIMIT]), len(commits) <= COMMIT_LIMIT)


def _is_comparable(commits: tuple[Commit, ...]) -> bool:
    """Whether all dates know their time zone, or none does: others cannot be put in order."""
    return len({commit.date.tzinfo is None for commit in commits}) <= 1
