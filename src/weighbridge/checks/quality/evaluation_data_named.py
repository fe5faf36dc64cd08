"""QU022: the figures say on which data they were measured."""

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

_NONE = not_applicable("There is no figure whose data could be named.")


@check(code="QU022", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.LOW)
def evaluation_data_named(claims: PerformanceClaims) -> Outcome:
    """The figures say on which data they were measured.

    What it asks: how many figures name their dataset.
    Why it matters: 93 % on an easy test set is less than 80 % on a hard one.
    Evidence: the dataset beside each figure.
    Remedy: name dataset and split beside every figure.
    Limits: a dataset that only the text around a table names may not be found.
    Source: this project.
    """
    if not claims.claims:
        return _NONE
    named = [claim for claim in claims.claims if claim.dataset]
    if not named:
        first = claims.claims[0]
        return missing(
            f"None of {len(claims.claims)} figures names its dataset.",
            Evidence(f"{first.metric} {first.text}", first.where),
            remedy="Name dataset and split beside every figure.",
        )
    datasets = ", ".join(list(dict.fromkeys(claim.dataset for claim in named))[:5])
    return claimed(
        f"{len(named)} of {len(claims.claims)} figures name their dataset: {datasets}.",
        grade=len(named) / len(claims.claims),
    )
