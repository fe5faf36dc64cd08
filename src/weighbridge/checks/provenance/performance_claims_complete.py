"""PV032: the machine-readable figures say what was measured on what."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    claimed,
    not_applicable,
)

_NONE = not_applicable("There is no machine-readable performance figure.")
_SOURCES = frozenset({"model-index", "eval-results"})
_REMEDY = "Give task, dataset name, `dataset.config` and `dataset.split` beside every figure."


@check(code="PV032", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.LOW)
def performance_claims_complete(claims: PerformanceClaims) -> Outcome:
    """The machine-readable figures say what was measured on what.

    What it asks: whether every figure names metric, task, dataset and split.
    Why it matters: a value without its dataset and split can be neither compared nor repeated.
    Evidence: the fields of every figure in `model-index` and result files.
    Remedy: give task, dataset name, `dataset.config` and `dataset.split` beside every figure.
    Limits: that a field is filled does not say that it is right.
    Source: Hugging Face Hub, `model-index`; this project.
    """
    held = [claim for claim in claims.claims if claim.source in _SOURCES]
    if not held:
        return _NONE
    filled = sum(bool(c.metric) + bool(c.task) + bool(c.dataset) + bool(c.split) for c in held)
    grade = filled / (4 * len(held))
    whole = sum(1 for c in held if c.metric and c.task and c.dataset and c.split)
    return claimed(
        f"{whole} of {len(held)} figures name metric, task, dataset and split.",
        grade=grade,
        remedy="" if whole == len(held) else _REMEDY,
    )
