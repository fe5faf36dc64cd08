from __future__ import annotations

from tests.checks.cards import card
from tests.checks.identities import identity
from tests.checks.support import (
    lineage,
    parent,
)
from weighbridge.checks.quality.snippets_load_this_model import snippets_load_this_model
from weighbridge.facts.code import Code, Snippet
from weighbridge.model import (
    Location,
    State,
)

OWN = identity("acme/m")


def code(*models: str) -> Code:
    return Code((Snippet("python", 5, models),))


def test_states() -> None:
    assert snippets_load_this_model.function(code("acme/base", "Acme/m"), OWN, None, None).state is State.VERIFIED
    other = snippets_load_this_model.function(code("someone/else"), OWN, None, card("# M\n"))
    assert other.state is State.CONTRADICTED
    assert "someone/else" in other.message
    assert other.evidence[0].where == Location("README.md", line=5)


def test_what_may_be_right_all_the_same() -> None:
    moved = snippets_load_this_model.function(code("old-name/m"), OWN, None, None)
    base = snippets_load_this_model.function(code("acme/base"), OWN, lineage(parent("acme/base")), None)
    local = snippets_load_this_model.function(code("./m"), OWN, None, None)
    assert {(o.state, o.grade) for o in (moved, base, local)} == {(State.CLAIMED, 0.5)}


def test_nothing_to_compare() -> None:
    assert snippets_load_this_model.function(code("gpt2"), OWN, None, None).state is State.NOT_APPLICABLE
    assert snippets_load_this_model.function(Code(), OWN, None, None).state is State.NOT_APPLICABLE
    assert (
        snippets_load_this_model.function(code("acme/m"), identity("folder"), None, None).state is State.NOT_APPLICABLE
    )
