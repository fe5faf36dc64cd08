from __future__ import annotations

from tests.checks.support import (
    metadata,
    registry,
)
from weighbridge.checks.provenance.language_stated import language_stated
from weighbridge.model import (
    State,
)


def test_stated() -> None:
    outcome = language_stated.function(metadata(language=["en", "de"]), None)
    assert (outcome.state, outcome.message) == (State.CLAIMED, "For en, de.")
    assert "and 2 more" in language_stated.function(metadata(language=list("abcdefghij")), None).message


def test_a_text_model_without_language_is_missing_it() -> None:
    assert language_stated.function(metadata(pipeline_tag="text-generation"), None).state is State.MISSING
    assert language_stated.function(metadata(), registry(task="fill-mask")).state is State.MISSING


def test_pictures_have_no_language() -> None:
    assert language_stated.function(metadata(pipeline_tag="image-classification"), None).state is State.NOT_APPLICABLE
    assert language_stated.function(metadata(), None).state is State.NOT_APPLICABLE
