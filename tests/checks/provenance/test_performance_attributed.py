from __future__ import annotations

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.performance_attributed import performance_attributed
from weighbridge.model import (
    State,
)


def test_states() -> None:
    linked = performance_attributed.function(figures(figure(source_url="https://example.org"), figure()))
    assert (linked.state, linked.grade) == (State.CLAIMED, 0.5)
    assert performance_attributed.function(figures(figure(is_verified=True))).state is State.CLAIMED
    assert performance_attributed.function(figures(figure())).state is State.MISSING
    assert performance_attributed.function(figures(figure(source="table"))).state is State.NOT_APPLICABLE
