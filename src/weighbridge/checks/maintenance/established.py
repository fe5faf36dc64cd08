"""MA002: the model has been there for some time."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.clock import Clock
from weighbridge.facts.history import History
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    unknown,
    verified,
)

_UNTOLD = unknown("Neither registry nor history tell when the model was created.")
_SETTLED = 180


@check(code="MA002", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.LOW)
def established(clock: Clock, registry: Registry | None, history: History | None) -> Outcome:
    """The model has been there for some time.

    What it asks: how long ago the repository was created: half a year gives all.
    Why it matters: what is days old has been tried by few, and impostors seldom live long.
    Evidence: the registry's `createdAt`, or the oldest commit of a complete history.
    Remedy: none but time; tell in the card what the model replaces.
    Limits: age is no merit in itself; a registry's oldest dates may be those of a migration.
    Source: Jiang et al., ICSE 2023, Table I: maintenance; this project.
    """
    created = registry.created if registry is not None else None
    if created is None and history is not None and history.is_complete and history.commits:
        created = min(commit.date for commit in history.commits)
    if created is None:
        return _UNTOLD
    age = max(0, (clock.today - created.date()).days)
    return verified(
        f"The model was created {age:,} days ago, on {created.date()}.", grade=max(0.05, min(1.0, age / _SETTLED))
    )
