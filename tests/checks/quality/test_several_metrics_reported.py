from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.quality.several_metrics_reported import several_metrics_reported
from weighbridge.model import (
    State,
)


def test_states() -> None:
    two = several_metrics_reported.function(figures(figure(), figure("0.5", "f1")))
    assert (two.state, two.message) == (State.CLAIMED, "2 metrics on 1 datasets: accuracy, f1.")
    assert several_metrics_reported.function(figures(figure(dataset="a"), figure(dataset="b"))).state is State.CLAIMED
    assert several_metrics_reported.function(figures(figure(), figure("0.5", "loss"))).state is State.MISSING
    assert several_metrics_reported.function(figures()).state is State.NOT_APPLICABLE
