"""MA001: the model was changed not long ago."""

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
    missing,
    unknown,
    verified,
)

_UNTOLD = unknown("Neither registry nor history tell when the model was last changed.")
_FRESH, _STALE = 90, 1095


@check(code="MA001", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.MEDIUM)
def recently_changed(clock: Clock, registry: Registry | None, history: History | None) -> Outcome:
    """The model was changed not long ago.

    What it asks: how long ago the repository was last changed: graded from 90 days (all) to three years (nothing).
    Why it matters: libraries move on; a model that nobody touches breaks, and its faults stay.
    Evidence: the registry's `lastModified`, or the newest commit.
    Remedy: check that the model still loads with current libraries, and say so in the card.
    Limits: a good model may be finished; a change may be of one letter in the card.
    Source: Jiang et al., ICSE 2023, Table I: maintenance (updates); OpenSSF Scorecard: Maintained.
    """
    changed = registry.modified if registry is not None else None
    if changed is None and history is not None:
        changed = history.latest
    if changed is None:
        return _UNTOLD
    day = changed.date()
    age = (clock.today - day).days
    if age > _STALE:
        return missing(
            f"The last change was {age:,} days ago, on {day}.",
            remedy="Check that the model still loads with current libraries, and say so in the card.",
        )
    grade = 1.0 if age <= _FRESH else max(0.1, 1 - (age - _FRESH) / (_STALE - _FRESH))
    return verified(f"The last change was {max(age, 0):,} days ago, on {day}.", grade=grade)
