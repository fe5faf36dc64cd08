"""RP012: the code that trained the model is at hand."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.training import Training
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, verified

_MISSING = missing(
    "No training code is shipped or linked.",
    remedy="Ship the training script, or link the repository and commit that holds it.",
)


@check(
    code="RP012",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.MEDIUM,
)
def training_script_shipped(training: Training, lineage: Lineage | None) -> Outcome:
    """The code that trained the model is at hand.

    What it asks: whether a training script lies in the repository, or a source repository is linked.
    Why it matters: settings without the code that reads them leave the data pipeline and the loss untold.
    Evidence: files named like training scripts; links to source repositories in the card.
    Remedy: ship the training script, or link the repository and commit that holds it.
    Limits: a linked repository is not opened, so it may hold something else.
    Source: ML Code Completeness Checklist (Papers with Code, 2020); Jiang et al., ICSE 2023, Table I.
    """
    if training.scripts:
        places = (Evidence(path, Location(path)) for path in training.scripts[:5])
        return verified(f"The repository holds {training.scripts[0]}.", *places)
    if lineage and lineage.repositories:
        return claimed(f"The card links {lineage.repositories[0]}.", Evidence(lineage.repositories[0]))
    return _MISSING
