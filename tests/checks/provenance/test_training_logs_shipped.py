from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.provenance.training_logs_shipped import training_logs_shipped
from weighbridge.facts.training import Training
from weighbridge.model import (
    Depth,
    Location,
    State,
)


def test_states() -> None:
    assert training_logs_shipped.function(Training(logs=("trainer_state.json",)), None).state is State.VERIFIED
    linked = card("# M\n\n[run](https://wandb.ai/acme/run)\n")
    outcome = training_logs_shipped.function(Training(), linked)
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where == Location("README.md", line=3)
    assert training_logs_shipped.function(Training(), card("# M\n")).state is State.MISSING
    assert training_logs_shipped.function(Training(), None).depth is Depth.CARD
