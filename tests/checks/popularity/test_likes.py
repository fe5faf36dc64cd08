from __future__ import annotations

import pytest

from tests.checks.support import (
    registry,
)
from weighbridge.checks.popularity.likes import likes
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = likes.function(registry(likes=999))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, pytest.approx(1.0))
    assert outcome.message == "999 people like the model."
    assert likes.function(registry(likes=1)).message == "1 person likes the model."
    assert likes.function(registry(likes=0)).state is State.MISSING
    assert likes.function(registry()).state is State.UNKNOWN
