from __future__ import annotations

from tests.checks.support import (
    manifest,
)
from weighbridge.checks.quality.tests_shipped import tests_shipped
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert tests_shipped.function(manifest("tests/test_model.py")).state is State.VERIFIED
    assert tests_shipped.function(manifest("model.py")).state is State.MISSING
