from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.bias_described import bias_described
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert bias_described.function(card("## Bias and risks\n\nPronouns.\n")).state is State.CLAIMED
    told = bias_described.function(card("# M\n\nPredictions can be biased.\n"))
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert bias_described.function(card("# M\n")).state is State.MISSING
