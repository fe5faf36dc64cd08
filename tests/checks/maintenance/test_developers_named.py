from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.maintenance.developers_named import developers_named
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert developers_named.function(card("## Authors\n\nAda.\n")).grade is None
    told = developers_named.function(card("# M\n\n- **Developed by:** Acme\n"))
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert developers_named.function(card("# M\n")).state is State.MISSING
    assert developers_named.function(card("## Developer notes\n\nRun make.\n")).state is State.MISSING
