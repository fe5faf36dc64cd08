from __future__ import annotations

from tests.checks.support import (
    registry,
)
from weighbridge.checks.maintenance.discussions_answered import discussions_answered
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = discussions_answered.function(registry(open_discussions=1, closed_discussions=3))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, 0.75)
    assert outcome.message == "3 of 4 discussions are closed."
    assert discussions_answered.function(registry(open_discussions=4, closed_discussions=0)).state is State.MISSING
    assert (
        discussions_answered.function(registry(open_discussions=0, closed_discussions=0)).state is State.NOT_APPLICABLE
    )
    assert discussions_answered.function(registry()).state is State.UNKNOWN
    assert discussions_answered.function(None).state is State.UNKNOWN
