from __future__ import annotations

from weighbridge.checks.provenance.checkpoints_shipped import checkpoints_shipped
from weighbridge.facts.training import Training
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = checkpoints_shipped.function(Training(checkpoints=("checkpoint-500", "checkpoint-1000")))
    assert outcome.state is State.VERIFIED
    assert "2 checkpoints" in outcome.message
    assert checkpoints_shipped.function(Training()).state is State.MISSING
