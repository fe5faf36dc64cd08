from __future__ import annotations

from weighbridge.checks.reproducibility.training_arguments_agree import training_arguments_agree
from weighbridge.facts.training import Hyperparameter, Training
from weighbridge.model import State


def told(name: str, value: str, held: object) -> Training:
    return Training(hyperparameters=(Hyperparameter(name, value),), arguments={name: held})


def test_without_both_there_is_nothing_to_compare() -> None:
    assert training_arguments_agree.function(Training(arguments={"seed": 1})).state is State.NOT_APPLICABLE
    assert training_arguments_agree.function(told("seed", "forty-two", 42)).state is State.NOT_APPLICABLE


def test_agreement_in_another_notation_verifies() -> None:
    outcome = training_arguments_agree.function(told("learning_rate", "5e-05", 0.00005))
    assert outcome.state is State.VERIFIED
    assert "learning_rate" in outcome.message


def test_disagreement_names_both() -> None:
    outcome = training_arguments_agree.function(told("learning_rate", "3e-05", 5e-05))
    assert outcome.state is State.CONTRADICTED
    assert "3e-05" in outcome.message
    assert "5e-05" in outcome.message
    assert outcome.claim is not None
