"""QU023: more than one metric or dataset is reported."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims, canonical_metric
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

_NONE = not_applicable("No figures are reported.")
_ONE_REMEDY = (
    "Report metrics that show other faults as well, for example recall beside precision, or results per group."
)


@check(code="QU023", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.LOW)
def several_metrics_reported(claims: PerformanceClaims) -> Outcome:
    """More than one metric or dataset is reported.

    What it asks: whether the figures cover two metrics or two datasets at least.
    Why it matters: one number hides how a model fails; accuracy alone is high on unbalanced data for a model that does nothing.
    Evidence: metrics and datasets of all figures.
    Remedy: report metrics that show other faults as well, for example recall beside precision, or results per group.
    Limits: loss does not count as a metric of its own.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019: disaggregated evaluation.
    """
    if not claims.claims:
        return _NONE
    metrics = {canonical_metric(claim.metric) for claim in claims.claims} - {"loss"}
    datasets = {claim.dataset for claim in claims.claims if claim.dataset}
    if len(metrics) < 2 and len(datasets) < 2:
        first = claims.claims[0]
        return missing(
            f"The only result is {first.metric}.",
            Evidence(f"{first.metric} {first.text}", first.where),
            remedy=_ONE_REMEDY,
        )
    return claimed(f"{len(metrics)} metrics on {max(1, len(datasets))} datasets: {', '.join(sorted(metrics)[:5])}.")
