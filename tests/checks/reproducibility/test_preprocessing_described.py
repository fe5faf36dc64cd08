from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.reproducibility.preprocessing_described import preprocessing_described
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert preprocessing_described.function(card("# A model\n\nNice.\n")).state is State.MISSING


def test_a_phrase_is_a_claim() -> None:
    outcome = preprocessing_described.function(card("# Data\n\nTexts were lower-cased and tokenized.\n"))
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where is not None
    assert outcome.evidence[0].where.line == 3
