from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    manifest,
    metadata,
)
from weighbridge.checks.quality.card_present import card_present
from weighbridge.facts.card import Card
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert card_present.function(None, card("# M\n"), None).state is State.VERIFIED
    assert card_present.function(manifest("README.md"), None, None).state is State.VERIFIED
    assert card_present.function(None, None, metadata(license="mit")).state is State.VERIFIED
    assert card_present.function(manifest("a.bin"), Card(), None).state is State.MISSING
    assert card_present.function(None, None, None).state is State.UNKNOWN
