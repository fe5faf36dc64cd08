from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.card_is_plain_text import card_is_plain_text
from weighbridge.facts.card import Card
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert card_is_plain_text.function(card("# M\n")).state is State.VERIFIED
    assert card_is_plain_text.function(Card(path="README.md", is_utf8=False)).state is State.CONTRADICTED
    assert card_is_plain_text.function(Card(path="README.md", is_truncated=True)).state is State.CONTRADICTED
    assert card_is_plain_text.function(Card()).state is State.NOT_APPLICABLE
