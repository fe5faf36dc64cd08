from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.quality.results_reported import results_reported
from weighbridge.model import (
    State,
)


def test_states() -> None:
    one = results_reported.function(figures(figure()))
    assert (one.state, one.grade) == (State.CLAIMED, 0.75)
    three = results_reported.function(figures(figure(), figure(), figure()))
    assert (three.grade, three.message) == (1.0, "3 figures, for example accuracy 0.93.")
    assert results_reported.function(figures()).state is State.MISSING
