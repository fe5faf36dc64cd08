from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.performance_claims_complete import performance_claims_complete
from weighbridge.model import (
    State,
)


def test_filled_fields_are_graded() -> None:
    whole = figure(task="text-classification", dataset="glue", split="test")
    outcome = performance_claims_complete.function(figures(whole, figure()))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.625)
    assert outcome.message.startswith("1 of 2")
    assert outcome.remedy
    assert not performance_claims_complete.function(figures(whole)).remedy


def test_nothing_for_machines() -> None:
    assert performance_claims_complete.function(figures(figure(source="prose"))).state is State.NOT_APPLICABLE
