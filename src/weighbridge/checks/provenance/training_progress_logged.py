"""PV061: the training logs show how the training went."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.training import Training
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    not_applicable,
    unknown,
    verified,
)
from weighbridge.model.units import plural

_NO_LOGS = not_applicable("There are no training logs.")
_EMPTY = missing(
    "The training logs hold no progress: no steps and no losses.",
    remedy="Ship the log of the run that made these weights.",
)
_UNREAD = unknown("The training logs were not looked into.", depth=Depth.CARD)


@check(code="PV061", attribute=Attribute.PROVENANCE, factor=Factor.TRAINING_LOGS, severity=Severity.LOW)
def training_progress_logged(training: Training) -> Outcome:
    """The training logs show how the training went.

    What it asks: whether the logs hold steps, epochs or losses.
    Why it matters: a log without its curve shows neither over-fitting nor a run that was cut short.
    Evidence: the summary of `trainer_state.json`; the scalar tags of TensorBoard files.
    Remedy: ship the log of the run that made these weights.
    Limits: whether the log belongs to these weights is not told by the files.
    Source: this project.
    """
    if not training.logs:
        return _NO_LOGS
    step = training.state.get("global_step")
    if isinstance(step, int) and step > 0:
        epoch = training.state.get("epoch")
        epochs = f", {epoch:.4g} epochs" if isinstance(epoch, int | float) else ""
        return verified(
            f"The log runs over {step:,} steps{epochs}.", Evidence(training.logs[0], Location(training.logs[0]))
        )
    if training.event_tags:
        shown = ", ".join(training.event_tags[:5])
        return verified(f"TensorBoard files hold {plural(len(training.event_tags), 'curve')}: {shown}.")
    return _EMPTY if training.state else _UNREAD
