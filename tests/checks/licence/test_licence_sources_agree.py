from __future__ import annotations

from tests.checks.support import (
    licence,
    term,
)
from weighbridge.checks.licence.licence_sources_agree import licence_sources_agree
from weighbridge.model import (
    Location,
    State,
)

INSIDE = Location("m.gguf", member="general.license")


def test_states() -> None:
    assert licence_sources_agree.function(licence("mit", others=(term("MIT", INSIDE),))).state is State.VERIFIED
    outcome = licence_sources_agree.function(licence("mit", others=(term("llama3", INSIDE),)))
    assert outcome.state is State.CONTRADICTED
    assert "m.gguf!general.license says llama3" in outcome.message


def test_the_tag_is_made_from_the_front_matter() -> None:
    assert licence_sources_agree.function(licence("mit", others=(term("mit"),))).state is State.NOT_APPLICABLE
    assert licence_sources_agree.function(licence("mit", others=(term("apache-2.0"),))).state is State.CONTRADICTED


def test_nothing_to_compare() -> None:
    assert licence_sources_agree.function(licence("mit")).state is State.NOT_APPLICABLE
    assert licence_sources_agree.function(licence("other", others=(term("mit", INSIDE),))).state is State.NOT_APPLICABLE
