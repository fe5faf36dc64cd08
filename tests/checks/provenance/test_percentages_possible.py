from __future__ import annotations

import pytest

from tests.checks.support import figure, figures
from weighbridge.checks.provenance.percentages_possible import percentages_possible
from weighbridge.model import State


@pytest.mark.parametrize("text", ["93.12", "93.11%", "0.9312", "0.93119266", "92.89"])
def test_shares_that_some_count_of_872_gives(text: str) -> None:
    claim = figure(text, dataset="sst2", split="validation")
    assert percentages_possible.function(figures(claim)).state is State.VERIFIED


@pytest.mark.parametrize("text", ["93.10", "93.05%", "0.9306", "0.9315"])
def test_shares_that_no_count_of_872_gives(text: str) -> None:
    outcome = percentages_possible.function(figures(figure(text, dataset="sst2", split="dev")))
    assert outcome.state is State.CONTRADICTED
    assert "872" in outcome.message
    assert "812 right make 93.119" in outcome.message


def test_the_number_beside_the_figure_counts_first() -> None:
    assert percentages_possible.function(figures(figure("0.51", n=10))).state is State.CONTRADICTED
    assert percentages_possible.function(figures(figure("0.50", n=10))).state is State.VERIFIED


@pytest.mark.parametrize(
    "claim",
    [
        figure("93.1", dataset="sst2", split="validation"),
        figure("0.931", "f1", n=10),
        figure("0.931", "macro accuracy", n=10),
        figure("93.10", dataset="sst2"),
        figure("93.10", dataset="mnli", split="validation"),
        figure("931.05", n=872),
    ],
)
def test_what_any_count_may_give_is_not_judged(claim: object) -> None:
    assert percentages_possible.function(figures(claim)).state is State.NOT_APPLICABLE  # type: ignore[arg-type]
