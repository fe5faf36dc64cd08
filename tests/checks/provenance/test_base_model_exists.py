from __future__ import annotations

from tests.checks.support import (
    lineage,
    parent,
    surroundings,
)
from weighbridge.checks.provenance.base_model_exists import base_model_exists
from weighbridge.facts.surroundings import ParentFacts
from weighbridge.model import (
    State,
)

MADE = lineage(parent("acme/base"))


def test_states() -> None:
    assert base_model_exists.function(MADE, surroundings(ParentFacts("acme/base", exists=True))).state is State.VERIFIED
    gone = base_model_exists.function(MADE, surroundings(ParentFacts("acme/base", exists=False)))
    assert gone.state is State.CONTRADICTED
    assert "acme/base" in gone.message
    assert base_model_exists.function(MADE, surroundings(ParentFacts("acme/base"))).state is State.UNKNOWN
    assert base_model_exists.function(MADE, None).state is State.UNKNOWN
    assert base_model_exists.function(lineage(), None).state is State.NOT_APPLICABLE


def test_a_new_name_is_told() -> None:
    outcome = base_model_exists.function(
        MADE, surroundings(ParentFacts("acme/base", exists=True, renamed_to="acme/new"))
    )
    assert outcome.state is State.VERIFIED
    assert "is now acme/new" in outcome.message
