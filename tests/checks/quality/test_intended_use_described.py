from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.intended_use_described import intended_use_described
from weighbridge.facts.card import Card
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    outcome = intended_use_described.function(card("# M\n\n## Intended uses\n\nReviews.\n"))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, None)
    assert outcome.evidence[0].where == Location("README.md", line=3)
    told = intended_use_described.function(card("# M\n\nIt is intended for reviews.\n"))
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert intended_use_described.function(card("# M\n\n## Intended uses\n\n## Other\n\ntext\n")).state is State.MISSING
    assert intended_use_described.function(Card()).state is State.MISSING
