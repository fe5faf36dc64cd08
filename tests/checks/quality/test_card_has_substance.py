from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.card_has_substance import card_has_substance
from weighbridge.facts.card import Card
from weighbridge.model import (
    State,
)


def test_states() -> None:
    whole = card_has_substance.function(card("word " * 500))
    assert (whole.state, whole.grade) == (State.VERIFIED, 1.0)
    half = card_has_substance.function(card("word " * 200))
    assert (half.state, half.grade) == (State.VERIFIED, 0.5)
    short = card_has_substance.function(card("Three words only"))
    assert (short.state, short.message) == (State.MISSING, "The card has 3 words.")
    assert card_has_substance.function(Card()).state is State.MISSING
