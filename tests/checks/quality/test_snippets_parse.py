from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.snippets_parse import snippets_parse
from weighbridge.facts.code import Code, Snippet
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    sound, broken = Snippet("python", 9), Snippet("py", 12, problem="invalid syntax")
    assert snippets_parse.function(Code((sound,)), None).state is State.VERIFIED
    outcome = snippets_parse.function(Code((sound, broken)), card("# M\n"))
    assert outcome.state is State.CONTRADICTED
    assert "1 of 2" in outcome.message
    assert outcome.evidence[0].where == Location("README.md", line=12)
    assert snippets_parse.function(Code((Snippet("bash", 1, problem="x"),)), None).state is State.NOT_APPLICABLE
