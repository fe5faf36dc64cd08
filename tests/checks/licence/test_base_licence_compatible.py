from __future__ import annotations

import pytest

from tests.checks.support import (
    licence,
    lineage,
    parent,
    surroundings,
)
from weighbridge.checks.licence.base_licence_compatible import base_licence_compatible
from weighbridge.facts.surroundings import ParentFacts, Surroundings
from weighbridge.model import (
    Confidence,
    Severity,
    State,
)

MADE = lineage(parent("acme/base"))


def base(*identifiers: str) -> Surroundings:
    return surroundings(ParentFacts("acme/base", exists=True, licence=licence(*identifiers)))


@pytest.mark.parametrize(
    ("own", "theirs"), [("apache-2.0", "cc-by-nc-4.0"), ("mit", "gpl-3.0"), ("mit", "llama3"), ("mit", "cc-by-nd-4.0")]
)
def test_conflicts(own: str, theirs: str) -> None:
    outcome = base_licence_compatible.function(licence(own), MADE, base(theirs))
    assert (outcome.state, outcome.confidence) == (State.CONTRADICTED, Confidence.MEDIUM)
    assert theirs in outcome.message
    assert own in outcome.message


@pytest.mark.parametrize(("own", "theirs"), [("apache-2.0", "mit"), ("cc-by-nc-4.0", "apache-2.0"), ("mit", "mit")])
def test_nothing_speaks_against_it(own: str, theirs: str) -> None:
    assert base_licence_compatible.function(licence(own), MADE, base(theirs)).state is State.VERIFIED


def test_left_open_without_holding_the_score_down() -> None:
    cases = [
        base_licence_compatible.function(licence("mit"), MADE, None),
        base_licence_compatible.function(licence("mit"), MADE, base()),
        base_licence_compatible.function(licence("mit"), MADE, base("other")),
    ]
    assert {(case.state, case.severity) for case in cases} == {(State.UNKNOWN, Severity.MEDIUM)}


def test_nothing_to_compare() -> None:
    assert base_licence_compatible.function(licence("mit"), lineage(), None).state is State.NOT_APPLICABLE
    assert base_licence_compatible.function(licence("other"), MADE, base("mit")).state is State.NOT_APPLICABLE
