from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.usage_described import usage_described
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    assert usage_described.function(card("## How to use\n\nCall it.\n")).grade is None
    code = usage_described.function(card("# M\n\n```python\nload()\n```\n"))
    assert (code.state, code.grade) == (State.CLAIMED, 0.5)
    assert code.evidence[0].where == Location("README.md", line=4)
    assert usage_described.function(card("# M\n")).state is State.MISSING
