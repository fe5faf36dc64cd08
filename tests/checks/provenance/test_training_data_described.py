from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.provenance.training_data_described import training_data_described
from weighbridge.model import (
    Location,
    State,
)


def test_a_section_is_a_claim_with_its_line() -> None:
    outcome = training_data_described.function(card("# M\n\n## Training Data\n\nTwo corpora.\n"))
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where == Location("README.md", line=3)


def test_silence_is_missing() -> None:
    assert (
        training_data_described.function(card("# M\n\n## Training data\n\n[More Information Needed]\n")).state
        is State.MISSING
    )
