"""PV060: training logs are shipped."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.facts.training import Training
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    missing,
    unknown,
    verified,
)
from weighbridge.model.units import plural

_MISSING = missing(
    "There are no training logs.",
    remedy="Ship `trainer_state.json` or TensorBoard files, or link the run (W&B, MLflow).",
)
_UNREAD = unknown("No training logs among the files; the card's links were not read.", depth=Depth.CARD)
_SERVICES = (
    "wandb.ai/",
    "tensorboard.dev/",
    "comet.com/",
    "comet.ml/",
    "mlflow",
    "clear.ml/",
    "neptune.ai/",
    "swanlab.cn/",
)


@check(code="PV060", attribute=Attribute.PROVENANCE, factor=Factor.TRAINING_LOGS, severity=Severity.MEDIUM)
def training_logs_shipped(training: Training, card: Card | None) -> Outcome:
    """Training logs are shipped.

    What it asks: whether the repository holds logs of the training, or the card links them.
    Why it matters: logs show that the training happened as told, how it went, and where it was stopped.
    Evidence: `trainer_state.json`, TensorBoard event files and result files; links to tracking services.
    Remedy: ship `trainer_state.json` or TensorBoard files, or link the run (W&B, MLflow).
    Limits: a linked run is not looked at, so that it is a claim.
    Source: Jiang et al., ICSE 2023, Table I: training logs; this project.
    """
    if training.logs:
        return verified(
            f"{plural(len(training.logs), 'log file')}, for example {training.logs[0]}.",
            Evidence(training.logs[0], Location(training.logs[0])),
        )
    if card is None:
        return _UNREAD
    for link in card.links:
        if not link.is_image and any(service in link.target for service in _SERVICES):
            return claimed("The card links the run.", at_line(card, link.line, link.target))
    return _MISSING
