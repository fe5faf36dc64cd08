from __future__ import annotations

from tests.checks.support import (
    metadata,
)
from weighbridge.checks.quality.front_matter_valid import front_matter_valid
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Problem,
    Severity,
    State,
)


def test_states() -> None:
    assert front_matter_valid.function(metadata(license="mit")).state is State.VERIFIED
    assert front_matter_valid.function(Metadata()).state is State.MISSING
    broken = front_matter_valid.function(Metadata(path="README.md", problems=(Problem("not YAML", "line 3"),)))
    assert (broken.state, broken.severity) == (State.CONTRADICTED, None)
    assert "not YAML" in broken.message
    doubtful = front_matter_valid.function(
        Metadata({"a": 1}, problems=(Problem("`no` reads as false"), Problem("twice")))
    )
    assert doubtful.severity is Severity.LOW
    assert "2 problems" in doubtful.message
