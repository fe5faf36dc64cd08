from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    lineage,
)
from weighbridge.checks.provenance.datasets_named import datasets_named
from weighbridge.model import (
    State,
)


def test_named_data_are_a_claim() -> None:
    outcome = datasets_named.function(lineage(datasets=("acme/corpus", "glue")), None)
    assert (outcome.state, outcome.message) == (State.CLAIMED, "Datasets named: acme/corpus, glue.")
    many = datasets_named.function(lineage(datasets=tuple(f"acme/d{n}" for n in range(8))), None)
    assert "and 3 more" in many.message


def test_a_section_is_a_claim() -> None:
    assert datasets_named.function(lineage(), card("## Training data\n\nBooks.\n")).state is State.CLAIMED


def test_silence_is_missing_and_an_unread_card_unknown() -> None:
    assert datasets_named.function(lineage(), card("# A model\n")).state is State.MISSING
    assert datasets_named.function(lineage(), None).state is State.UNKNOWN


def test_a_section_that_tells_readers_what_they_could_do_names_no_data() -> None:
    assert datasets_named.function(lineage(), card("## Retraining on a custom dataset\n\nDo.\n")).state is State.MISSING
