from __future__ import annotations

from typing import Any

import pytest

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.performance_claims_agree import performance_claims_agree
from weighbridge.facts.claims import PerformanceClaim
from weighbridge.model import (
    State,
)


def told(text: str, source: str, **more: Any) -> PerformanceClaim:
    return figure(text, source=source, dataset="glue", **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.9312", "0.93"), ("0.9312", "93.1%"), ("93.12", "0.931"), ("0.93", "0.93"), ("0.9312", "93.12")],
)
def test_the_same_value_up_to_rounding_and_unit(one: str, other: str) -> None:
    assert (
        performance_claims_agree.function(figures(told(one, "model-index"), told(other, "table"))).state
        is State.VERIFIED
    )


@pytest.mark.parametrize(("one", "other"), [("0.93", "0.91"), ("0.9312", "91.1%"), ("93.12", "95.0")])
def test_two_values_contradict(one: str, other: str) -> None:
    outcome = performance_claims_agree.function(figures(told(one, "model-index"), told(other, "table")))
    assert outcome.state is State.CONTRADICTED
    assert one in outcome.message
    assert other in outcome.message


def test_names_are_compared_as_people_write_them() -> None:
    one = figure("0.93", "F1-Score", dataset="nyu-mll/glue")
    other = figure("0.5", "f1", "table", dataset="GLUE")
    assert performance_claims_agree.function(figures(one, other)).state is State.CONTRADICTED


def test_nothing_to_compare() -> None:
    several = figures(told("0.93", "model-index"), told("0.91", "table"), told("0.5", "table"))
    assert performance_claims_agree.function(several).state is State.NOT_APPLICABLE
    assert performance_claims_agree.function(figures(told("0.93", "model-index"))).state is State.NOT_APPLICABLE
    assert (
        performance_claims_agree.function(figures(figure("0.9"), figure("0.5", source="table"))).state
        is State.NOT_APPLICABLE
    )
    other = figures(told("0.93", "model-index", split="test"), told("0.5", "table", split="dev"))
    assert performance_claims_agree.function(other).state is State.NOT_APPLICABLE
