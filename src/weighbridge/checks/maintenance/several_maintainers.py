"""MA020: more than one person can maintain the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.history import History
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)

_NO_COMMITS = not_applicable("There are no commits whose authors could be counted.")
_ENOUGH = 3


@check(code="MA020", attribute=Attribute.MAINTENANCE, factor=Factor.MAINTAINERS, severity=Severity.MEDIUM)
def several_maintainers(history: History) -> Outcome:
    """More than one person can maintain the model.

    What it asks: how many different authors the commits have: three give all.
    Why it matters: with one maintainer the model is orphaned when that person leaves.
    Evidence: the authors of the commits.
    Remedy: let a second person commit, so that the model does not depend on one.
    Limits: one person may commit under several names, and tools commit under their own.
    Source: Jiang et al., ICSE 2023, Table I: maintenance (maintainers); OpenSSF Scorecard: Contributors.
    """
    authors = history.authors
    if not authors:
        return _NO_COMMITS
    shown = ", ".join(authors[:5])
    if len(authors) == 1:
        return missing(
            f"The only author is {shown}.",
            Evidence(shown),
            remedy="Let a second person commit, so that the model does not depend on one.",
        )
    return verified(f"{len(authors)} authors: {shown}.", Evidence(shown), grade=min(1.0, len(authors) / _ENOUGH))
