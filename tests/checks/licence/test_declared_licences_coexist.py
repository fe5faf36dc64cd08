from __future__ import annotations

from tests.checks.support import (
    licence,
)
from weighbridge.checks.licence.declared_licences_coexist import declared_licences_coexist
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert declared_licences_coexist.function(licence("mit", "apache-2.0")).state is State.VERIFIED
    outcome = declared_licences_coexist.function(licence("mit", "cc-by-nc-4.0"))
    assert outcome.state is State.CONTRADICTED
    assert "mit and cc-by-nc-4.0" in outcome.message
    assert declared_licences_coexist.function(licence("gpl-3.0", "cc-by-sa-3.0")).state is State.CONTRADICTED
    assert declared_licences_coexist.function(licence("mit")).state is State.NOT_APPLICABLE
    assert declared_licences_coexist.function(licence("mit", "other")).state is State.NOT_APPLICABLE
