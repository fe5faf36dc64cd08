from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    lineage,
    manifest,
)
from weighbridge.checks.provenance.citation_given import citation_given
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert citation_given.function(lineage(has_bibtex=True), card(""), None).state is State.CLAIMED
    assert citation_given.function(lineage(), card(""), manifest("CITATION.cff")).state is State.VERIFIED
    assert citation_given.function(lineage(), card("## Citation\n\nSmith 2020.\n"), None).state is State.CLAIMED
    assert citation_given.function(lineage(), card("# M\n"), manifest("a.bin")).state is State.MISSING
