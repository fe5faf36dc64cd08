"""PV063: the training log's best result is what the card claims."""

from __future__ import annotations

import math

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims, canonical_metric
from weighbridge.facts.training import Training
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

_NO_METRIC = not_applicable("The training log names no best metric, or the card claims no figure.")
_NOT_COMPARABLE = not_applicable("The best metric in the training log does not say which of the claimed figures it is.")


@check(code="PV063", attribute=Attribute.PROVENANCE, factor=Factor.TRAINING_LOGS, severity=Severity.MEDIUM)
def logged_result_agrees(training: Training, claims: PerformanceClaims) -> Outcome:
    """The training log's best result is what the card claims.

    What it asks: whether `best_metric` in `trainer_state.json` is among the claimed figures of the same metric.
    Why it matters: a claim above the best that the log has seen was measured on something else, or not at all.
    Evidence: `best_metric` of the log; the figures that the card claims.
    Remedy: state which checkpoint and which data the claimed figure belongs to.
    Limits: the log must say which metric it means; figures on other data may rightly differ, so the confidence is low.
    Source: this project; Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    best = training.state.get("best_metric")
    if not isinstance(best, int | float) or isinstance(best, bool) or not claims.claims or not math.isfinite(best):
        return _NO_METRIC
    named = training.state.get("metric_for_best_model") or training.arguments.get("metric_for_best_model")
    if not isinstance(named, str) or not named:
        agreeing = next((c for c in claims.claims if _is_near(c, best)), None)
    else:
        metric = canonical_metric(named.removeprefix("eval_"))
        same = [claim for claim in claims.claims if canonical_metric(claim.metric) == metric]
        agreeing = next((claim for claim in same if _is_near(claim, best)), None)
        if agreeing is None and same:
            return _disagreement(same[0], best, named)
    if agreeing is None:
        return _NOT_COMPARABLE
    return verified(
        f"The log's best result {best:.6g} is the claimed {agreeing.metric} {agreeing.text}.",
        Evidence(f"best_metric: {best:.6g}"),
        claim=Claim(f"{agreeing.metric} {agreeing.text}", agreeing.where),
    )


def _is_near(claim: PerformanceClaim, best: float) -> bool:
    step = 1.001 * 10.0**-claim.decimals
    return abs(claim.value - best) <= step or abs(claim.value - 100 * best) <= step


def _disagreement(claim: PerformanceClaim, best: float, named: str) -> Outcome:
    return contradicted(
        f"The card claims {claim.metric} {claim.text}; the training log's best {named} is {best:.6g}.",
        Evidence(f"best_metric: {best:.6g}"),
        claim=Claim(f"{claim.metric} {claim.text}", claim.where),
        remedy="State which checkpoint and which data the claimed figure belongs to.",
        severity=Severity.LOW,
        confidence=Confidence.LOW,
    )
