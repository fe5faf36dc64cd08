from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.misuse_described import misuse_described
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert misuse_described.function(card("## Out-of-Scope Use\n\nMedicine.\n")).state is State.CLAIMED
    told = misuse_described.function(card("# M\n\nIt should not be used in courts.\n"))
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert misuse_described.function(card("# M\n")).state is State.MISSING
