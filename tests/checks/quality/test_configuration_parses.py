from __future__ import annotations

from tests.checks.support import (
    config,
)
from weighbridge.checks.quality.configuration_parses import configuration_parses
from weighbridge.facts.config import Config, Document
from weighbridge.model import (
    Depth,
    Problem,
    Severity,
    State,
)


def of(*documents: Document) -> Config:
    return Config({document.path: document for document in documents}, documents[0])


def test_states() -> None:
    assert configuration_parses.function(config(a=1)).state is State.VERIFIED
    broken = configuration_parses.function(of(Document("a.json", {}), Document("b.json", problem=Problem("not JSON"))))
    assert (broken.state, broken.severity) == (State.CONTRADICTED, None)
    assert "b.json (of 2 configuration files)" in broken.message
    doubtful = configuration_parses.function(of(Document("a.json", {}, doubts=(Problem("the key `x` stands twice"),))))
    assert doubtful.severity is Severity.LOW
    assert configuration_parses.function(Config()).state is State.NOT_APPLICABLE
    assert configuration_parses.function(Config(is_partial=True)).depth is Depth.CARD
