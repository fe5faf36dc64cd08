"""PV062: intermediate checkpoints are shipped."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.training import Training
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    verified,
)
from weighbridge.model.units import plural

_MISSING = missing(
    "There are no intermediate checkpoints.", remedy="Ship intermediate checkpoints, as folders, branches or tags."
)


@check(code="PV062", attribute=Attribute.PROVENANCE, factor=Factor.TRAINING_LOGS, severity=Severity.INFO)
def checkpoints_shipped(training: Training) -> Outcome:
    """Intermediate checkpoints are shipped.

    What it asks: whether the repository holds checkpoints from before the end of the training.
    Why it matters: they let others continue the training, study it, or fall back behind a fault.
    Evidence: folders and files named as checkpoints.
    Remedy: ship intermediate checkpoints, as folders, branches or tags.
    Limits: checkpoints on other branches are not seen.
    Source: Jiang et al., ICSE 2023, Table I: provenance (checkpoints); this project.
    """
    if not training.checkpoints:
        return _MISSING
    first = training.checkpoints[0]
    return verified(
        f"{plural(len(training.checkpoints), 'checkpoint')}, for example {first}.", Evidence(first, Location(first))
    )
