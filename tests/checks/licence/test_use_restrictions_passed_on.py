from __future__ import annotations

from tests.checks.support import (
    licence,
    manifest,
)
from weighbridge.checks.licence.use_restrictions_passed_on import use_restrictions_passed_on
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert use_restrictions_passed_on.function(licence("gemma"), manifest("NOTICE")).state is State.VERIFIED
    assert use_restrictions_passed_on.function(licence("openrail++"), manifest("LICENSE.md")).state is State.VERIFIED
    assert (
        use_restrictions_passed_on.function(licence("llama3", link="https://llama.com/licence"), manifest("a")).state
        is State.CLAIMED
    )
    assert use_restrictions_passed_on.function(licence("llama3"), manifest("a")).state is State.MISSING
    assert use_restrictions_passed_on.function(licence("mit"), manifest("a")).state is State.NOT_APPLICABLE
