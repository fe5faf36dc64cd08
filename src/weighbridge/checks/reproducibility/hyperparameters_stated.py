"""RP010: the training settings are complete."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.training import Training
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, verified

_WANTED = ("learning_rate", "batch_size", "epochs", "optimizer", "scheduler", "seed")
_MISSING = missing(
    "No training setting is stated.",
    remedy="List learning rate, batch size, epochs or steps, optimizer, schedule and seed, or ship `training_args.bin`.",
)


@check(
    code="RP010",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.MEDIUM,
)
def hyperparameters_stated(training: Training) -> Outcome:
    """The training settings are complete.

    What it asks: whether learning rate, batch size, epochs (or steps), optimizer, schedule and seed are told.
    Why it matters: with one of them missing a repetition is a search, not a repetition.
    Evidence: settings in the card's lists and tables; the training arguments' file, read without unpickling it.
    Remedy: list learning rate, batch size, epochs or steps, optimizer, schedule and seed, or ship `training_args.bin`.
    Limits: settings told in other words than the usual names are not recognised.
    Source: ACL reproducibility checklist; Jiang et al., ICSE 2023, Table I: training configuration.
    """
    names = {setting.name for setting in training.hyperparameters}
    if "steps" in names:
        names.add("epochs")
    found = [name for name in _WANTED if name in names]
    if training.arguments:
        return verified(f"The training arguments are shipped, with {len(training.arguments)} settings.")
    if not found:
        return _MISSING
    absent = [name for name in _WANTED if name not in names]
    lacking = f"; not told: {_listed(absent)}" if absent else ""
    evidence = [Evidence(f"{s.name}: {s.value}", s.where) for s in training.hyperparameters if s.name in _WANTED]
    return claimed(f"Told: {_listed(found)}{lacking}.", *evidence[:6], grade=len(found) / len(_WANTED))


def _listed(names: list[str]) -> str:
    return ", ".join("epochs or steps" if name == "epochs" else name for name in names)
