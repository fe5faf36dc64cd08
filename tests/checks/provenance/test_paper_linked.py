from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    lineage,
)
from weighbridge.checks.provenance.paper_linked import paper_linked
from weighbridge.model import (
    Depth,
    State,
)


def test_states() -> None:
    outcome = paper_linked.function(lineage(papers=("1810.04805",)), None)
    assert (outcome.state, outcome.message) == (State.CLAIMED, "Papers linked: 1810.04805.")
    assert paper_linked.function(lineage(), card("text")).state is State.MISSING
    assert paper_linked.function(lineage(), None).depth is Depth.CARD
