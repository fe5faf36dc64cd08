from __future__ import annotations

from weighbridge.checks.provenance.training_progress_logged import training_progress_logged
from weighbridge.facts.training import Training
from weighbridge.model import (
    State,
)

LOGS = ("trainer_state.json",)


def test_states() -> None:
    steps = training_progress_logged.function(Training(logs=LOGS, state={"global_step": 5000, "epoch": 3.0}))
    assert (steps.state, steps.message) == (State.VERIFIED, "The log runs over 5,000 steps, 3 epochs.")
    assert training_progress_logged.function(Training(logs=("events",), event_tags=("loss",))).state is State.VERIFIED
    assert training_progress_logged.function(Training(logs=LOGS, state={"global_step": 0})).state is State.MISSING
    assert training_progress_logged.function(Training(logs=LOGS)).state is State.UNKNOWN
    assert training_progress_logged.function(Training()).state is State.NOT_APPLICABLE
