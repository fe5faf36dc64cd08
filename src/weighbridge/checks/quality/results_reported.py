"""QU021: results are reported."""

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
    "No figure was found that is certainly this model's.",
    remedy="Report at least one metric with its value and dataset.",
)


@check(code="QU021", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.MEDIUM)
def results_reported(claims: PerformanceClaims) -> Outcome:
    """Results are reported.

    What it asks: whether the model comes with at least one figure, wherever it stands.
    Why it matters: a model without any figure cannot be told from one that does not work.
    Evidence: figures in front matter, result files, tables and text.
    Remedy: report at least one metric with its value and dataset.
    Limits: the figures are the publisher's; three of them count as enough.
    Source: Jiang et al., ICSE 2023, Table I: tests and evaluations; Figure 7.
    """
    if not claims.claims:
        return _MISSING
    first = claims.claims[0]
    return claimed(
        f"{plural(len(claims.claims), 'figure')}, for example {first.metric} {first.text}.",
        Evidence(f"{first.metric} {first.text}", first.where),
        grade=1.0 if len(claims.claims) >= 3 else 0.75,
    )
