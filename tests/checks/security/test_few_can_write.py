from __future__ import annotations

from tests.checks.support import commit, history, registry
from weighbridge.checks.security.few_can_write import few_can_write
from weighbridge.model import State


def test_without_a_registry_or_members_there_is_no_question() -> None:
    assert few_can_write.function(None, None).state is State.NOT_APPLICABLE
    assert few_can_write.function(registry(), None).state is State.NOT_APPLICABLE


def test_the_share_of_members_that_did_write_is_the_grade() -> None:
    outcome = few_can_write.function(
        registry(author="acme", members=("ann", "bob", "cy", "dee")), history(commit("2026-01-01", "ann", "eve"))
    )
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.25)
    assert "Up to 4 members of acme" in outcome.message
    assert "eve" in outcome.message


def test_without_a_history_nobody_is_known_to_have_written() -> None:
    outcome = few_can_write.function(registry(author="acme", members=("ann",)), None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.0)
