"""PV034: the claimed values are possible."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.metrics import metric_of
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("No figure is of a metric with a fixed range.")
# Error rates and losses have no upper end.
_BOUNDED = frozenset({"proportion", "score", "correlation"})


@check(
    code="PV034", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.MEDIUM, version=2
)
def metric_values_in_range(claims: PerformanceClaims) -> Outcome:
    """The claimed values are possible.

    What it asks: whether values of metrics with a fixed range (accuracy, F1, BLEU, correlations) lie in it.
    Why it matters: an impossible value shows that the figure was computed or written down wrongly.
    Evidence: the claimed figures; the ranges of known metrics (`facts/data/metrics.json`).
    Remedy: correct the value or the metric's name.
    Limits: values up to 100 pass as percentages; metrics without a range are not judged.
    Source: this project.
    """
    judged = 0
    for claim in claims.claims:
        metric = metric_of(claim.metric)
        if metric is None or metric.kind not in _BOUNDED or metric.low is None:
            continue
        low = 100 * metric.low
        if "," in claim.text:  # a comma stands before thousands in one country and before decimals in another
            continue
        judged += 1
        if not low <= claim.value <= 100:
            return contradicted(
                f"{claim.metric} is given as {claim.text}, which cannot be: it lies between {low:g} and 100.",
                Evidence(f"{claim.metric} {claim.text}", claim.where),
                claim=Claim(f"{claim.metric} {claim.text}", claim.where),
                remedy="Correct the value or the metric's name.",
                confidence=Confidence.MEDIUM,
            )
    return verified(f"{judged} values lie within their metrics' ranges.") if judged else _NONE
