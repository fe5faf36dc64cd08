from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.quality.uncertainty_given import uncertainty_given
from weighbridge.model import (
    Location,
    State,
)


def test_states() -> None:
    told = uncertainty_given.function(figures(figure()), card("# M\n\nAccuracy 0.93 with a 95% confidence interval.\n"))
    assert told.state is State.CLAIMED
    assert told.evidence[0].where == Location("README.md", line=3)
    assert uncertainty_given.function(figures(figure()), card("# M\n")).state is State.MISSING
    assert uncertainty_given.function(figures(), card("# M\n")).state is State.NOT_APPLICABLE
