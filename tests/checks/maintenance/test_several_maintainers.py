from __future__ import annotations

from tests.checks.support import (
    commit,
    history,
)
from weighbridge.checks.maintenance.several_maintainers import several_maintainers
from weighbridge.model import (
    State,
)


def test_states() -> None:
    three = several_maintainers.function(history(commit("2026-01-01", "ada", "bob"), commit("2026-01-02", "eve")))
    assert (three.state, three.grade) == (State.VERIFIED, 1.0)
    assert three.message == "3 authors: ada, bob, eve."
    alone = several_maintainers.function(history(commit("2026-01-01", "ada")))
    assert (alone.state, alone.message) == (State.MISSING, "The only author is ada.")
    assert several_maintainers.function(history()).state is State.NOT_APPLICABLE
