from __future__ import annotations

from tests.checks.support import (
    registry,
)
from weighbridge.checks.maintenance.owner_is_organisation import owner_is_organisation
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert owner_is_organisation.function(registry(author="acme", owner_is_verified=True)).state is State.VERIFIED
    assert owner_is_organisation.function(registry(author="acme", owner_is_verified=False)).state is State.MISSING
    assert owner_is_organisation.function(registry()).state is State.NOT_APPLICABLE
    assert owner_is_organisation.function(None).state is State.NOT_APPLICABLE
