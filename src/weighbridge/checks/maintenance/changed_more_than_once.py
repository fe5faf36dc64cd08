"""MA003: the model was worked on after it was published."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.history import History
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    missing,
    verified,
)

_NO_COMMITS = missing("There are no commits.", remedy="Publish the model in a repository with a history.")
_ENOUGH = 10


@check(code="MA003", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.LOW)
def changed_more_than_once(history: History) -> Outcome:
    """The model was worked on after it was published.

    What it asks: how many commits there are, and over how many days: ten commits on two days give all.
    Why it matters: a repository that was pushed once and never touched again has no maintainer.
    Evidence: the commits.
    Remedy: correct faults and complete the card when users ask.
    Limits: uploads in pieces look like work; some publishers push everything in one commit.
    Source: Jiang et al., ICSE 2023, Table I: maintenance (updates); this project.
    """
    count = len(history.commits)
    if not count:
        return _NO_COMMITS
    days = len({commit.date.date() for commit in history.commits})
    more = "" if history.is_complete else " or more"
    if days == 1:
        return missing(
            f"All {count}{more} commits are of one day.", remedy="Correct faults and complete the card when users ask."
        )
    return verified(f"{count:,}{more} commits on {days:,} days.", grade=min(1.0, count / _ENOUGH))
