from __future__ import annotations

import pytest

from tests.checks.support import (
    registry,
)
from weighbridge.checks.popularity.spaces_using_it import spaces_using_it
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = spaces_using_it.function(registry(spaces=9))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, pytest.approx(0.5))
    assert spaces_using_it.function(registry(spaces=0)).state is State.MISSING
    assert spaces_using_it.function(registry()).state is State.NOT_APPLICABLE
