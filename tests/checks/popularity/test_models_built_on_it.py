from __future__ import annotations

import pytest

from tests.checks.support import (
    registry,
)
from weighbridge.checks.popularity.models_built_on_it import models_built_on_it
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = models_built_on_it.function(registry(children=999))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, pytest.approx(1.0))
    assert models_built_on_it.function(registry(children=0)).state is State.MISSING
    assert models_built_on_it.function(registry()).state is State.NOT_APPLICABLE
