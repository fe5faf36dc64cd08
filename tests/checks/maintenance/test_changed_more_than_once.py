from __future__ import annotations

from tests.checks.support import (
    commit,
    history,
)
from weighbridge.checks.maintenance.changed_more_than_once import changed_more_than_once
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = changed_more_than_once.function(history(commit("2026-01-01"), commit("2026-02-01")))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, 0.2)
    assert outcome.message == "2 commits on 2 days."
    assert changed_more_than_once.function(history(commit("2026-01-01"), commit("2026-01-01"))).state is State.MISSING
    assert changed_more_than_once.function(history()).state is State.MISSING
