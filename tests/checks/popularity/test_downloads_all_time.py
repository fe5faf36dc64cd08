from __future__ import annotations

import pytest

from tests.checks.support import (
    registry,
)
from weighbridge.checks.popularity.downloads_all_time import downloads_all_time
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = downloads_all_time.function(registry(downloads_all_time=9_999_999))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, pytest.approx(1.0))
    assert downloads_all_time.function(registry(downloads_all_time=0)).state is State.MISSING
    assert downloads_all_time.function(registry()).state is State.NOT_APPLICABLE
