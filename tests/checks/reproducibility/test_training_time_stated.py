from __future__ import annotations

from weighbridge.checks.reproducibility.training_time_stated import training_time_stated
from weighbridge.facts.compute import Compute, Mention
from weighbridge.facts.training import Training
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert training_time_stated.function(Compute(), None).state is State.MISSING


def test_a_phrase_is_a_claim() -> None:
    outcome = training_time_stated.function(Compute(durations=(Mention("3 days"),)), Training())
    assert outcome.state is State.CLAIMED
    assert "3 days" in outcome.message


def test_a_log_verifies() -> None:
    outcome = training_time_stated.function(Compute(), Training(state={"train_runtime": 7200.0}))
    assert outcome.state is State.VERIFIED
    assert "2.0 hours" in outcome.message


def test_a_nonsensical_log_does_not() -> None:
    assert training_time_stated.function(Compute(), Training(state={"train_runtime": -1})).state is State.MISSING
