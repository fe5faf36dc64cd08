from __future__ import annotations

from weighbridge.checks.reproducibility.snippet_shown import snippet_shown
from weighbridge.facts.card import Card
from weighbridge.facts.code import Code, Snippet
from weighbridge.model import State


def test_no_card_no_question() -> None:
    assert snippet_shown.function(Card(), Code()).state is State.NOT_APPLICABLE


def test_code_that_loads_nothing_does_not_count() -> None:
    assert snippet_shown.function(Card("README.md"), Code(snippets=(Snippet("bash", 3),))).state is State.MISSING


def test_a_loading_snippet_is_a_claim_with_its_line() -> None:
    outcome = snippet_shown.function(Card("README.md"), Code(snippets=(Snippet("python", 12, models=("acme/model",)),)))
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where is not None
    assert outcome.evidence[0].where.line == 12
