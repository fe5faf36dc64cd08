"""PV024: the claimed figures were not measured on a training split."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    contradicted,
    not_applicable,
)
from weighbridge.model.units import plural

_NO_SPLIT = not_applicable("No claimed figure names the split it was measured on.")
_TRAIN = frozenset({"train", "training"})


@check(code="PV024", attribute=Attribute.PROVENANCE, factor=Factor.DATASET_DETAILS, severity=Severity.LOW)
def not_measured_on_training_data(claims: PerformanceClaims) -> Outcome:
    """The claimed figures were not measured on a training split.

    What it asks: whether a figure in `model-index` or the result files names `train` as its split.
    Why it matters: a figure on data that the model has seen says nothing about data that it has not.
    Evidence: the split named beside each figure.
    Remedy: measure on held-out data and name their split, or correct the split's name.
    Limits: some libraries write `train` for a split that was cut from it by hand; so the confidence is low.
    Source: this project.
    """
    named = [claim for claim in claims.claims if claim.split]
    if not named:
        return _NO_SPLIT
    seen = [claim for claim in named if claim.split.lower() in _TRAIN]
    if not seen:
        return claimed(f"{plural(len(named), 'figure')} with a split, none of the training split.")
    first = seen[0]
    return contradicted(
        f"{len(seen)} of {len(named)} figures with a split were measured on “{first.split}” of {first.dataset or 'a dataset'}.",
        Evidence(f"{first.metric} {first.text} on {first.split}", first.where),
        claim=Claim(f"{first.metric} {first.text}", first.where),
        remedy="Measure on held-out data and name their split, or correct the split's name.",
        confidence=Confidence.LOW,
    )
