from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    manifest,
)
from weighbridge.checks.maintenance.changes_told import changes_told
from weighbridge.model import (
    Depth,
    State,
)


def test_states() -> None:
    assert changes_told.function(manifest("CHANGELOG.md"), None).state is State.VERIFIED
    assert changes_told.function(None, card("## Release notes\n\n1.1: fixes.\n")).state is State.CLAIMED
    assert changes_told.function(manifest("a.bin"), card("# M\n")).state is State.MISSING
    assert changes_told.function(manifest("a.bin"), None).depth is Depth.CARD
