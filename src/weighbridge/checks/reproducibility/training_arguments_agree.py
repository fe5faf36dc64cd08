"""RP013: the settings in the card are those of the training arguments' file."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.training import Hyperparameter, Training
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_KEYS = {
    "learning_rate": "learning_rate",
    "seed": "seed",
    "train_batch_size": "per_device_train_batch_size",
    "epochs": "num_train_epochs",
}
_NOT_BOTH = not_applicable("The card's settings and a training arguments' file are not both there to compare.")


@check(
    code="RP013",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.MEDIUM,
)
def training_arguments_agree(training: Training) -> Outcome:
    """The settings in the card are those of the training arguments' file.

    What it asks: whether learning rate, seed, batch size and epochs in the card equal those in `training_args.bin`.
    Why it matters: a card written for another run leads a repetition astray.
    Evidence: the card's settings; `training_args.bin`, read without unpickling it.
    Remedy: correct the card, or ship the arguments of the run that made these weights.
    Limits: only settings that stand in both places under their usual names are compared.
    Source: Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    pairs = [
        (stated, training.arguments[key])
        for name, key in _KEYS.items()
        if (stated := training.value(name)) is not None and key in training.arguments
    ]
    numbers = [(stated, a, b) for stated, b in pairs if (a := _number(stated.value)) is not None and _is_number(b)]
    if not numbers:
        return _NOT_BOTH
    for stated, told, held in numbers:
        if abs(told - held) > 1e-9 * max(abs(told), abs(held)):
            return _disagreement(stated, held)
    names = ", ".join(stated.name for stated, _, _ in numbers)
    return verified(f"The card and `training_args.bin` agree on {names}.")


def _disagreement(stated: Hyperparameter, held: float) -> Outcome:
    return contradicted(
        f"The card says {stated.name} {stated.value}; `training_args.bin` holds {held:g}.",
        Evidence(f"training_args.bin: {held:g}"),
        claim=Claim(f"{stated.name}: {stated.value}", stated.where),
        remedy="Correct the card, or ship the arguments of the run that made these weights.",
    )


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
