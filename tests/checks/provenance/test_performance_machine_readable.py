from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.performance_machine_readable import performance_machine_readable
from weighbridge.model import (
    State,
)


def test_states() -> None:
    outcome = performance_machine_readable.function(figures(figure(), figure("0.5", "f1")))
    assert (outcome.state, outcome.message) == (State.CLAIMED, "2 figures, for example accuracy 0.93.")
    assert performance_machine_readable.function(figures(figure(source="table"))).state is State.MISSING
    assert performance_machine_readable.function(figures()).state is State.MISSING
