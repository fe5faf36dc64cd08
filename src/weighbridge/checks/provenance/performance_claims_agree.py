"""PV033: figures that are stated in two places are the same."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims, canonical_metric
from weighbridge.facts.figures import is_same_value
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

_TOO_FEW = not_applicable("No figure is stated in two places, so that nothing can be compared.")


@check(code="PV033", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.MEDIUM)
def performance_claims_agree(claims: PerformanceClaims) -> Outcome:
    """Figures that are stated in two places are the same.

    What it asks: whether the same metric on the same dataset, configuration and split has one value in `model-index`, result
        files, tables and text.
    Why it matters: of two figures at least one is wrong, and nobody can tell which the published weights reach.
    Evidence: all figures of the model that name metric and dataset, with their places.
    Remedy: state the figure of the published weights everywhere.
    Limits: only figures of different places that name the same dataset are compared, up to the rounding of the coarser one.
    Source: this project; Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    if len(claims.claims) < 2:
        return _TOO_FEW
    groups: dict[tuple[str, str, str, str], list[PerformanceClaim]] = {}
    for claim in claims.claims:
        if claim.dataset and claim.metric:
            key = (canonical_metric(claim.metric), _plain(claim.dataset), _plain(claim.config), _plain(claim.split))
            groups.setdefault(key, []).append(claim)
    compared = 0
    for group in groups.values():
        by_source = {claim.source: claim for claim in reversed(group)}
        if len(by_source) < 2 or _is_ambiguous(group):
            continue
        compared += 1
        first, *others = by_source.values()
        for other in others:
            if not is_same_value(first, other):
                return _disagreement(first, other)
    return verified(f"{compared} figures stated in two places agree.") if compared else _TOO_FEW


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower().rpartition("/")[2] if letter.isalnum())


def _is_ambiguous(group: list[PerformanceClaim]) -> bool:
    """Whether one place states several values, so that it is open which of them is meant."""
    values: dict[str, set[float]] = {}
    for claim in group:
        values.setdefault(claim.source, set()).add(claim.value)
    return any(len(held) > 1 for held in values.values())


def _disagreement(one: PerformanceClaim, other: PerformanceClaim) -> Outcome:
    return contradicted(
        f"{one.metric} on {one.dataset} is {one.text} in one place ({one.source}) and {other.text} in another ({other.source}).",
        Evidence(f"{other.metric} {other.text}", other.where),
        claim=Claim(f"{one.metric} {one.text}", one.where),
        remedy="State the figure of the published weights everywhere.",
        confidence=Confidence.MEDIUM,
    )
