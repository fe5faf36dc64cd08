"""RP002: how long training took is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute
from weighbridge.facts.training import Training
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, verified

_MISSING = missing(
    "Neither the card nor a training log tells how long training took.",
    remedy="State hours and devices, or ship `train_results.json`.",
)


@check(
    code="RP002",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.HARDWARE_SPECIFICATION,
    severity=Severity.LOW,
)
def training_time_stated(compute: Compute, training: Training | None) -> Outcome:
    """How long training took is stated.

    What it asks: whether the card or a training log tells the time that training took.
    Why it matters: it bounds what a repetition costs, before one is tried.
    Evidence: `train_runtime` in `train_results.json` or `all_results.json`; durations in the card's text.
    Remedy: state hours and devices, or ship `train_results.json`.
    Limits: durations are found by their wording and may speak of something else.
    Source: NeurIPS reproducibility checklist, compute; Jiang et al., ICSE 2023, Table I: hardware specification.
    """
    runtime = training.state.get("train_runtime") if training else None
    if isinstance(runtime, int | float) and not isinstance(runtime, bool) and runtime > 0:
        return verified(f"The training log records {runtime / 3600:,.1f} hours.")
    if not compute.durations:
        return _MISSING
    mention = compute.durations[0]
    return claimed(f"The card says “{mention.text}”.", Evidence(mention.text, mention.where))
