"""PV030: performance figures are given in a form that machines read."""

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
)
from weighbridge.model.units import plural

_MISSING = missing(
    "No performance figure is given in a form that machines read.",
    remedy="Add the results to `model-index` in the front matter, or as `.eval_results/*.yaml`.",
)
_SOURCES = frozenset({"model-index", "eval-results"})


@check(code="PV030", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.LOW)
def performance_machine_readable(claims: PerformanceClaims) -> Outcome:
    """Performance figures are given in a form that machines read.

    What it asks: whether `model-index` or `.eval_results/*.yaml` hold at least one figure.
    Why it matters: only such figures can be compared over many models, and checked.
    Evidence: the results in the front matter and in result files.
    Remedy: add the results to `model-index` in the front matter, or as `.eval_results/*.yaml`.
    Limits: the figures are the publisher's.
    Source: Jiang et al., ICSE 2023, Figure 7: models with machine-readable performance claims; this project.
    """
    held = [claim for claim in claims.claims if claim.source in _SOURCES]
    if not held:
        return _MISSING
    first = held[0]
    return claimed(
        f"{plural(len(held), 'figure')}, for example {first.metric} {first.text}.",
        Evidence(f"{first.metric} {first.text}", first.where),
    )
