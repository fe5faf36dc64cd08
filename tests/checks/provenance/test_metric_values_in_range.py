from __future__ import annotations

import pytest

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.metric_values_in_range import metric_values_in_range
from weighbridge.facts.claims import PerformanceClaim
from weighbridge.model import (
    State,
)


def test_possible_values() -> None:
    outcome = metric_values_in_range.function(
        figures(figure("0.93"), figure("93.1%"), figure("-0.3", "pearson"), figure("512", "reward"))
    )
    assert (outcome.state, outcome.message) == (State.VERIFIED, "3 values lie within their metrics' ranges.")


@pytest.mark.parametrize(("text", "metric"), [("931", "accuracy"), ("-0.1", "f1"), ("-101", "spearman")])
def test_impossible_values(text: str, metric: str) -> None:
    outcome = metric_values_in_range.function(figures(figure(text, metric)))
    assert outcome.state is State.CONTRADICTED
    assert text in outcome.message


def test_nothing_to_judge() -> None:
    assert metric_values_in_range.function(figures(figure("12.3", "wer"))).state is State.NOT_APPLICABLE
    comma = PerformanceClaim("accuracy", "0,912", 912.0, "model-index")
    assert metric_values_in_range.function(figures(comma)).state is State.NOT_APPLICABLE
