from __future__ import annotations

import pytest

from weighbridge.checks.portability.access_open import access_open
from weighbridge.facts.registry import Registry
from weighbridge.model import State


@pytest.mark.parametrize(
    ("registry", "state", "word"),
    [
        (None, State.NOT_APPLICABLE, "No registry"),
        (Registry(), State.UNKNOWN, "does not say"),
        (Registry(gated=False), State.VERIFIED, "Anyone"),
        (Registry(private=False), State.VERIFIED, "Anyone"),
        (Registry(gated="auto"), State.MISSING, "terms"),
        (Registry(gated="manual"), State.MISSING, "one by one"),
        (Registry(private=True, gated=False), State.MISSING, "Private"),
    ],
)
def test_every_kind_of_access(registry: Registry | None, state: State, word: str) -> None:
    outcome = access_open.function(registry)
    assert outcome.state is state
    assert word in outcome.message
