"""PV035: the figures say who measured them."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_NONE = not_applicable("There is no machine-readable performance figure.")
_MISSING = missing(
    "No figure links a source: who measured it, and with what, is not said.",
    remedy="Add `source.url` to the results, leading to the evaluation's log or leaderboard entry.",
)
_SOURCES = frozenset({"model-index", "eval-results"})


@check(code="PV035", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.INFO)
def performance_attributed(claims: PerformanceClaims) -> Outcome:
    """The figures say who measured them.

    What it asks: whether machine-readable figures carry a source link or the registry's mark of verification.
    Why it matters: figures measured by the publisher and by others are worth different trust.
    Evidence: `source.url` and `verified` beside the figures.
    Remedy: add `source.url` to the results, leading to the evaluation's log or leaderboard entry.
    Limits: the link is not followed, and the registry's token is not checked here.
    Source: this project.
    """
    held = [claim for claim in claims.claims if claim.source in _SOURCES]
    if not held:
        return _NONE
    sourced = [claim for claim in held if claim.source_url or claim.is_verified]
    if not sourced:
        return _MISSING
    text = sourced[0].source_url or "marked as verified"
    return claimed(
        f"{len(sourced)} of {len(held)} figures name a source.",
        Evidence(text, sourced[0].where),
        grade=len(sourced) / len(held),
    )
