from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.not_measured_on_training_data import not_measured_on_training_data
from weighbridge.model import (
    Confidence,
    State,
)


def test_a_training_split_contradicts() -> None:
    outcome = not_measured_on_training_data.function(
        figures(figure(split="train", dataset="glue"), figure(split="test"))
    )
    assert (outcome.state, outcome.confidence) == (State.CONTRADICTED, Confidence.LOW)
    assert "1 of 2" in outcome.message


def test_held_out_splits_are_a_claim() -> None:
    assert not_measured_on_training_data.function(figures(figure(split="test"))).state is State.CLAIMED


def test_no_split_no_question() -> None:
    assert not_measured_on_training_data.function(figures(figure())).state is State.NOT_APPLICABLE
