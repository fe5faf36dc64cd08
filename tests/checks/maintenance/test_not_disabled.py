from __future__ import annotations

from tests.checks.support import (
    registry,
)
from weighbridge.checks.maintenance.not_disabled import not_disabled
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert not_disabled.function(registry(disabled=True)).state is State.CONTRADICTED
    assert not_disabled.function(registry(disabled=False)).state is State.VERIFIED
    assert not_disabled.function(registry()).state is State.NOT_APPLICABLE
    assert not_disabled.function(None).state is State.NOT_APPLICABLE
