from __future__ import annotations

from weighbridge.checks.reproducibility.training_hardware_stated import training_hardware_stated
from weighbridge.facts.compute import Compute, Mention, Purpose
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert training_hardware_stated.function(Compute()).state is State.MISSING


def test_named_accelerators_are_a_claim() -> None:
    outcome = training_hardware_stated.function(Compute(hardware=(Mention("8 A100"), Mention("V100"))))
    assert outcome.state is State.CLAIMED
    assert "8 A100, V100" in outcome.message


def test_hardware_of_the_emissions_counts() -> None:
    assert "TPU v3" in training_hardware_stated.function(Compute(emissions_hardware="TPU v3")).message


def test_a_shorter_mention_of_the_same_is_left_out() -> None:
    outcome = training_hardware_stated.function(Compute(hardware=(Mention("TPUs"), Mention("TPU v3-8"))))
    assert outcome.message == "The card names TPU v3-8."


def test_a_device_for_running_says_nothing_about_training() -> None:
    mention = Mention("T4", purpose=Purpose.RUNNING)
    assert training_hardware_stated.function(Compute(hardware=(mention,))).state is State.MISSING
