from __future__ import annotations

from tests.checks.support import (
    licence,
    manifest,
)
from weighbridge.checks.licence.licence_text_shipped import licence_text_shipped
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert licence_text_shipped.function(licence("mit"), manifest("LICENSE")).state is State.VERIFIED
    assert licence_text_shipped.function(licence("mit"), manifest("a.bin")).state is State.MISSING
    assert licence_text_shipped.function(licence("other"), manifest("a.bin")).state is State.MISSING
    assert licence_text_shipped.function(licence("cc0-1.0"), manifest("a.bin")).state is State.NOT_APPLICABLE
    assert licence_text_shipped.function(licence(), manifest("a.bin")).state is State.NOT_APPLICABLE
