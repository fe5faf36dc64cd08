from __future__ import annotations

from weighbridge.checks.quality.links_reachable import links_reachable
from weighbridge.facts.surroundings import Links
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert (
        links_reachable.function(Links({"https://a": 200, "https://b": 403, "https://c": None})).state is State.VERIFIED
    )
    gone = links_reachable.function(Links({"https://a": 200, "https://b": 404}))
    assert gone.state is State.CONTRADICTED
    assert "1 of 2" in gone.message
    assert links_reachable.function(Links({"https://a": None})).state is State.UNKNOWN
    assert links_reachable.function(Links()).state is State.NOT_APPLICABLE
