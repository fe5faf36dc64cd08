from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.reproducibility.training_procedure_described import training_procedure_described
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert training_procedure_described.function(card("# A model\n\nNice.\n")).state is State.MISSING


def test_an_empty_section_is_missing() -> None:
    assert training_procedure_described.function(card("# Training\n\n# Other\n\ntext\n")).state is State.MISSING


def test_a_section_is_a_claim_with_its_line() -> None:
    outcome = training_procedure_described.function(card("# A model\n\n## Training procedure\n\nWe trained it.\n"))
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where is not None
    assert outcome.evidence[0].where.line == 3
