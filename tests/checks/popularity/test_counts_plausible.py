from __future__ import annotations

import datetime

from tests.checks.support import (
    clock,
    registry,
)
from weighbridge.checks.popularity.counts_plausible import counts_plausible
from weighbridge.model import (
    Confidence,
    State,
)

OLD = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def test_states() -> None:
    assert counts_plausible.function(registry(downloads=500_000, likes=40), clock()).state is State.VERIFIED
    unloved = counts_plausible.function(registry(downloads=500_000, likes=0), clock())
    assert (unloved.state, unloved.confidence) == (State.CONTRADICTED, Confidence.LOW)
    assert "500,000" in unloved.message
    unused = registry(downloads=0, likes=900, created=OLD)
    assert counts_plausible.function(unused, clock()).state is State.CONTRADICTED
    assert counts_plausible.function(registry(downloads=0, likes=900), clock()).state is State.VERIFIED
    assert counts_plausible.function(registry(downloads=10, likes=0), clock()).state is State.NOT_APPLICABLE
    assert counts_plausible.function(registry(downloads=500_000), clock()).state is State.NOT_APPLICABLE
