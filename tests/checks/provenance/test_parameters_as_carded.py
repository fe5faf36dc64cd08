from __future__ import annotations

import pytest

from tests.checks.cards import card
from tests.checks.support import (
    sized,
    weights_of,
)
from weighbridge.checks.provenance.parameters_as_carded import parameters_as_carded
from weighbridge.model import (
    Depth,
    Location,
    Severity,
    State,
)

MILLIONS = sized(22_713_728)


@pytest.mark.parametrize(
    "text",
    [
        "- **Parameters:** 22.7M",
        "Number of parameters: 22,713,728",
        "| Parameters | 22.7M |",
        "Model size: ~22.7 million",
        "This model has about 22.7M parameters.",
    ],
)
def test_a_count_that_is_the_files_is_verified(text: str) -> None:
    outcome = parameters_as_carded.function(card(f"# A model\n\n{text}\n"), MILLIONS, None)
    assert outcome.state is State.VERIFIED
    assert "22,713,728" in outcome.message
    assert outcome.claim is not None
    assert outcome.claim.where == Location("README.md", line=3)


def test_another_count_contradicts() -> None:
    outcome = parameters_as_carded.function(card("Parameters: 110M\n"), MILLIONS, None)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, None)
    assert "110M" in outcome.message
    near = parameters_as_carded.function(card("Parameters: 30M\n"), MILLIONS, None)
    assert near.severity is Severity.LOW


def test_one_of_several_counts_may_be_this_models() -> None:
    assert (
        parameters_as_carded.function(card("Parameters: 22.7M\n\nParameters: 110M\n"), MILLIONS, None).state
        is State.VERIFIED
    )
    assert (
        parameters_as_carded.function(card("Parameters: 340M\n\nParameters: 110M\n"), MILLIONS, None).state
        is State.UNKNOWN
    )


@pytest.mark.parametrize(
    "text", ["BERT large has 340M parameters.", "Parameters: 12", "Parameters: 1.2.3M", "Nothing."]
)
def test_what_is_no_count_of_this_model_is_left_alone(text: str) -> None:
    assert parameters_as_carded.function(card(text), MILLIONS, None).state is State.NOT_APPLICABLE


def test_without_a_count_of_the_files_it_is_unknown() -> None:
    stated = card("Parameters: 22.7M\n")
    assert parameters_as_carded.function(stated, None, None).depth is Depth.HEADERS
    assert parameters_as_carded.function(stated, weights_of(), None).state is State.UNKNOWN
