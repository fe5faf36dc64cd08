from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    metadata,
)
from weighbridge.checks.maintenance.not_superseded import not_superseded
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    newer = not_superseded.function(metadata(new_version="acme/m2"), None)
    assert newer.state is State.CONTRADICTED
    assert "acme/m2" in newer.message
    assert newer.evidence[0].where == Location("README.md", line=2, pointer="/new_version")
    assert not_superseded.function(metadata(tags=["Deprecated"]), None).state is State.CONTRADICTED
    told = not_superseded.function(metadata(), card("# M\n\nThis model is deprecated.\n"))
    assert told.state is State.CONTRADICTED
    assert "Line 3" in told.message
    assert not_superseded.function(metadata(), card("# M\n")).state is State.VERIFIED
    assert not_superseded.function(metadata(license="mit"), None).message.startswith("The front matter")
    assert not_superseded.function(metadata(), None).state is State.NOT_APPLICABLE
