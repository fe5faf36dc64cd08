from __future__ import annotations

from tests.checks.support import (
    licence,
    metadata,
    registry,
)
from weighbridge.checks.licence.access_fits_licence import access_fits_licence
from weighbridge.model import (
    State,
)

GATED = registry(gated="manual")


def test_states() -> None:
    free = access_fits_licence.function(licence("mit"), GATED, None)
    assert (free.state, free.grade) == (State.CLAIMED, 0.5)
    bound = access_fits_licence.function(licence("llama3"), GATED, metadata(extra_gated_prompt="Agree."))
    assert (bound.state, bound.grade) == (State.CLAIMED, None)
    assert access_fits_licence.function(licence(), GATED, None).state is State.MISSING
    assert access_fits_licence.function(licence("mit"), registry(gated=False), None).state is State.NOT_APPLICABLE
    assert access_fits_licence.function(licence("mit"), None, None).state is State.NOT_APPLICABLE
