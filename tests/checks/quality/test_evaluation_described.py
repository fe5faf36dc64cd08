from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.evaluation_described import evaluation_described
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert evaluation_described.function(card("## Evaluation results\n\nGood.\n")).state is State.CLAIMED
    assert evaluation_described.function(card("# M\n\nGood.\n")).state is State.MISSING
