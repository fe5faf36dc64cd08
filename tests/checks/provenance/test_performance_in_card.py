from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.performance_in_card import performance_in_card
from weighbridge.facts.card import Card
from weighbridge.model import (
    State,
)

CARD = card("# M\n")


def test_states() -> None:
    assert performance_in_card.function(figures(figure(source="table")), CARD).state is State.CLAIMED
    told = performance_in_card.function(figures(figure(source="prose")), CARD)
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert performance_in_card.function(figures(figure()), CARD).state is State.MISSING
    table = card("# M\n\n| Model | Accuracy |\n|---|---|\n| ours | 0.9 |\n")
    unclear = performance_in_card.function(figures(), table)
    assert (unclear.state, unclear.grade) == (State.CLAIMED, 0.5)
    assert "Accuracy" in unclear.message
    assert "no card" in performance_in_card.function(figures(), Card()).message
