"""The exit status, never changed by the format of the output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from weighbridge.errors import NothingToAudit, WeighbridgeError

if TYPE_CHECKING:
    from weighbridge.model import Audit
    from weighbridge.scoring.policy import Policy

CLEAN, FOUND, ERROR, NOTHING, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 4, 130

# Of several targets the worst wins: not knowing at all, then findings, then nothing there, then a gap.
_WORST_FIRST = (INTERRUPTED, ERROR, FOUND, NOTHING, INCOMPLETE, CLEAN)


def status_of(outcome: WeighbridgeError) -> int:
    """Return the status for an error."""
    return NOTHING if isinstance(outcome, NothingToAudit) else ERROR


def status_of_audit(audit: Audit, policy: Policy) -> int:
    """Return the status for an audit under a policy."""
    if policy.failures(audit):
        return FOUND
    is_open = bool(policy.unanswered(audit)) or (policy.strict and not audit.is_complete)
    return INCOMPLETE if is_open else CLEAN


def status_of_scan(audit: Audit, policy: Policy) -> int:
    """Return the status for a scan under a policy.

    Stricter than an audit's: a model that could not be looked at to its end never leaves 0, asked for or not, because nothing
    is known about it. Other files that were not scanned leave 4 only under `--strict`.
    """
    from weighbridge.scoring.danger import dangers

    if policy.failures(audit):
        return FOUND
    is_open = dangers(audit).has_unread_models or bool(policy.unanswered(audit))
    is_open = is_open or (policy.strict and not audit.is_complete)
    return INCOMPLETE if is_open else CLEAN


def worst(statuses: Iterable[int]) -> int:
    """Return the worst of several statuses; nothing at all is nothing to audit."""
    return min(statuses, key=_WORST_FIRST.index, default=NOTHING)
