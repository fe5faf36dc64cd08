from __future__ import annotations

from weighbridge.checks.reproducibility.seed_stated import seed_stated
from weighbridge.facts.training import Hyperparameter, Training
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert seed_stated.function(Training()).state is State.MISSING


def test_the_card_claims() -> None:
    outcome = seed_stated.function(Training(hyperparameters=(Hyperparameter("seed", "42"),)))
    assert outcome.state is State.CLAIMED
    assert "42" in outcome.message


def test_the_arguments_verify() -> None:
    assert seed_stated.function(Training(arguments={"seed": 7})).state is State.VERIFIED
