from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.quality.evaluation_data_named import evaluation_data_named
from weighbridge.model import (
    State,
)


def test_states() -> None:
    half = evaluation_data_named.function(figures(figure(dataset="glue"), figure()))
    assert (half.state, half.grade) == (State.CLAIMED, 0.5)
    assert "1 of 2 figures name their dataset: glue" in half.message
    assert evaluation_data_named.function(figures(figure())).state is State.MISSING
    assert evaluation_data_named.function(figures()).state is State.NOT_APPLICABLE
