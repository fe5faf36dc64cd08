from __future__ import annotations

from weighbridge.checks.security.release_current import release_current
from weighbridge.model import Past, Release, State


def test_without_a_release_there_is_no_question() -> None:
    assert release_current.function(Past()).state is State.NOT_APPLICABLE


def test_a_changed_card_leaves_the_release_current() -> None:
    assert release_current.function(Past(Release("v1", "a" * 40, 3, ("README.md",)))).state is State.VERIFIED


def test_changed_weights_are_told_with_the_release() -> None:
    changed = ("README.md", *(f"model-{number}.safetensors" for number in range(7)))
    outcome = release_current.function(Past(Release("v1", "a" * 40, 3, changed)))
    assert outcome.state is State.CONTRADICTED
    assert "7 files" in outcome.message
    assert "and 2 more" in outcome.message
