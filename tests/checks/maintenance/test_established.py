from __future__ import annotations

import datetime

from tests.checks.support import (
    clock,
    commit,
    history,
    registry,
)
from weighbridge.checks.maintenance.established import established
from weighbridge.model import (
    State,
)


def test_states() -> None:
    moment = datetime.datetime(2026, 8, 25, tzinfo=datetime.UTC)
    half = established.function(clock("2026-11-23"), registry(created=moment), None)
    assert (half.state, half.grade) == (State.VERIFIED, 0.5)
    assert "90 days ago" in half.message
    old = established.function(clock("2026-11-23"), None, history(commit("2026-11-01"), commit("2020-01-01")))
    assert old.grade == 1.0
    assert established.function(clock(), None, history(commit("2020-01-01"), is_complete=False)).state is State.UNKNOWN
    assert established.function(clock(), None, None).state is State.UNKNOWN
