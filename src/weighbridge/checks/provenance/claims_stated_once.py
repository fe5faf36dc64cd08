"""PV036: one claim has one value."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims, canonical_metric
from weighbridge.facts.figures import is_same_value
from weighbridge.facts.metrics import plain_dataset, plain_split
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

_NONE = not_applicable("No machine-readable figure is stated twice.")
# In tables and text two values mostly mean two settings that a reader sees and a program does not.
_SOURCES = frozenset({"model-index", "eval-results", "zoo-index", "manifest"})


@check(code="PV036", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.LOW)
def claims_stated_once(claims: PerformanceClaims) -> Outcome:
    """One claim has one value.

    What it asks: whether the machine-readable figures give one model's metric on one data set, configuration, split and revision
        one value only.
    Why it matters: of two values for the same thing at least one is wrong, and every reader takes another.
    Evidence: figures in `model-index`, result files, zoo indices and manifests that agree in all of these fields.
    Remedy: remove the outdated value, or tell the two apart by `dataset.config`, `dataset.split` or `metric.config`.
    Limits: a difference that no field tells (prompt, shots, language) looks like a contradiction; so the confidence is medium.
    Source: this project; Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    groups: dict[tuple[str, ...], list[PerformanceClaim]] = {}
    for claim in (*claims.claims, *claims.others):
        if claim.source in _SOURCES and claim.metric and claim.dataset:
            groups.setdefault(_key(claim), []).append(claim)
    several = [group for group in groups.values() if len(group) > 1]
    split = [(group[0], other) for group in several if (other := _other(group)) is not None]
    if not split:
        return verified(f"{len(several)} figures stated twice have one value.") if several else _NONE
    first, other = split[0]
    of = f" of {first.model}" if first.model else ""
    more = f"; {len(split) - 1} more figures have two values" if len(split) > 1 else ""
    return contradicted(
        f"{first.metric}{of} on {first.dataset} is given as {first.text} and as {other.text}{more}.",
        *(Evidence(f"{two.metric} {two.text} against {one.text}", two.where) for one, two in split[:5]),
        claim=Claim(f"{first.metric} {first.text}", first.where),
        remedy="Remove the outdated value, or tell the two apart by configuration or split.",
        confidence=Confidence.MEDIUM,
    )


def _other(group: list[PerformanceClaim]) -> PerformanceClaim | None:
    """Return the first claim of a group whose value is not that of its first."""
    return next((claim for claim in group if not is_same_value(group[0], claim)), None)


def _key(claim: PerformanceClaim) -> tuple[str, ...]:
    return (
        claim.source, claim.model, canonical_metric(claim.metric) or claim.metric.lower(), claim.task, plain_dataset(claim.dataset),
        claim.config.lower(), plain_split(claim.split), claim.revision, claim.hardware,
    )  # fmt: skip
