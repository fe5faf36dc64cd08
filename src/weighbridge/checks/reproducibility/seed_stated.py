"""RP011: the random seed of training is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.training import Training
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, verified

_MISSING = missing("No random seed is stated.", remedy="State the seed used for training.")


@check(
    code="RP011",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.LOW,
)
def seed_stated(training: Training) -> Outcome:
    """The random seed of training is stated.

    What it asks: whether the seed of the training run is told.
    Why it matters: fine-tuning results on small data sets vary by points between seeds.
    Evidence: `seed` in the training arguments' file or among the card's settings.
    Remedy: state the seed used for training.
    Limits: a seed alone does not make a run deterministic.
    Source: Dodge et al., 2020, "Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, …".
    """
    seed = training.arguments.get("seed")
    if isinstance(seed, int):
        return verified(f"The training arguments hold the seed {seed}.")
    stated = training.value("seed")
    if stated is None:
        return _MISSING
    return claimed(f"The seed was {stated.value}, says the card.", Evidence(f"seed: {stated.value}", stated.where))
