from __future__ import annotations

from weighbridge.checks.reproducibility.hyperparameters_stated import hyperparameters_stated
from weighbridge.facts.training import Hyperparameter, Training
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert hyperparameters_stated.function(Training()).state is State.MISSING


def test_the_share_told_is_the_grade() -> None:
    settings = (Hyperparameter("learning_rate", "5e-05"), Hyperparameter("steps", "1000"), Hyperparameter("seed", "42"))
    outcome = hyperparameters_stated.function(Training(hyperparameters=settings))
    assert outcome.state is State.CLAIMED
    assert outcome.grade == 0.5
    assert "not told: batch_size, optimizer, scheduler" in outcome.message


def test_shipped_arguments_verify() -> None:
    assert hyperparameters_stated.function(Training(arguments={"learning_rate": 5e-5})).state is State.VERIFIED
