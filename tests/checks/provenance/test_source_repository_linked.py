from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    lineage,
)
from weighbridge.checks.provenance.source_repository_linked import source_repository_linked
from weighbridge.facts.card import Card
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    linked = card("# M\n\n[code](https://github.com/acme/code)\n")
    outcome = source_repository_linked.function(lineage(repositories=("https://github.com/acme/code",)), linked)
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where == Location("README.md", line=3)
    assert source_repository_linked.function(lineage(), linked).state is State.MISSING
    assert source_repository_linked.function(lineage(), Card()).state is State.MISSING
