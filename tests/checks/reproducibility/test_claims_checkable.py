from __future__ import annotations

import pytest

from tests.checks.support import figure, figures
from weighbridge.checks.reproducibility.claims_checkable import claims_checkable
from weighbridge.facts.checkability import missing_of
from weighbridge.facts.claims import PerformanceClaim
from weighbridge.model import State

WHOLE = figure(dataset="sst2", split="validation")


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        (WHOLE, ()),
        (figure(dataset="humaneval", metric="pass@1"), ()),
        (figure(), ("the data set",)),
        (figure(dataset="sst2"), ("the split",)),
        (figure(metric="", dataset="sst2", split="test"), ("the metric",)),
        (figure(metric="vibes", dataset="sst2", split="test"), ("a definition of “vibes”",)),
        (figure("12", "latency"), ("the machine",)),
        (figure("12", "latency", hardware="T4"), ()),
    ],
)
def test_what_is_missing_is_named(claim: PerformanceClaim, missing: tuple[str, ...]) -> None:
    assert missing_of(claim) == missing


def test_the_share_of_figures_that_can_be_checked_is_the_grade() -> None:
    outcome = claims_checkable.function(figures(WHOLE, figure(), figure(), figure(dataset="sst2")))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.25)
    assert outcome.remedy
    assert outcome.evidence[0].text == "the data set is not said 2 times"


def test_whole_claims_and_none() -> None:
    assert claims_checkable.function(figures(WHOLE)).grade == 1.0
    assert claims_checkable.function(figures()).state is State.NOT_APPLICABLE
