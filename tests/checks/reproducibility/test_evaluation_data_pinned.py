from __future__ import annotations

from weighbridge.checks.reproducibility.evaluation_data_pinned import evaluation_data_pinned
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims
from weighbridge.model import State


def figure(**told: str) -> PerformanceClaim:
    return PerformanceClaim("accuracy", "0.93", 0.93, "model-index", **told)


def test_no_claims_no_question() -> None:
    assert evaluation_data_pinned.function(PerformanceClaims()).state is State.NOT_APPLICABLE


def test_figures_without_data_are_missing_it() -> None:
    outcome = evaluation_data_pinned.function(PerformanceClaims((figure(), figure(dataset="glue"))))
    assert outcome.state is State.MISSING
    assert "None of 2" in outcome.message


def test_split_is_half_and_revision_the_rest() -> None:
    outcome = evaluation_data_pinned.function(PerformanceClaims((figure(dataset="glue", split="test"),)))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.5)
    pinned = evaluation_data_pinned.function(
        PerformanceClaims((figure(dataset="glue", split="test", revision="a" * 40),))
    )
    assert pinned.grade == 1.0
