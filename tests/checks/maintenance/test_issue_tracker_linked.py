from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    lineage,
    registry,
)
from weighbridge.checks.maintenance.issue_tracker_linked import issue_tracker_linked
from weighbridge.model import (
    State,
)


def test_states() -> None:
    held = lineage(repositories=("https://github.com/acme/code",))
    linked = issue_tracker_linked.function(held, card("# M\n\n[code](https://github.com/acme/code)\n"), None)
    assert (linked.state, linked.grade) == (State.CLAIMED, None)
    half = issue_tracker_linked.function(lineage(), card("# M\n"), registry())
    assert (half.state, half.grade) == (State.CLAIMED, 0.5)
    assert issue_tracker_linked.function(lineage(), card("# M\n"), None).state is State.MISSING
