from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.template_filled_in import template_filled_in
from weighbridge.facts.card import Card
from weighbridge.model import (
    Location,
    Severity,
    State,
)


def test_states() -> None:
    assert template_filled_in.function(card("# M\n\nWords.\n")).state is State.VERIFIED
    one = template_filled_in.function(card("# M\n\n[More Information Needed]\n"))
    assert (one.state, one.severity) == (State.CONTRADICTED, Severity.INFO)
    assert one.evidence[0].where == Location("README.md", line=3)
    many = template_filled_in.function(card("# M\n" + "[More Information Needed]\n" * 7))
    assert (many.severity, many.message.split()[0]) == (None, "7")
    assert template_filled_in.function(Card()).state is State.NOT_APPLICABLE
