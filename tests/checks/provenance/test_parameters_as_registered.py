from __future__ import annotations

from tests.checks.support import (
    registry,
    sized,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.parameters_as_registered import parameters_as_registered
from weighbridge.model import (
    Depth,
    Format,
    State,
)

SHOWN = registry(parameters={"F32": 1000})


def test_agreement_and_disagreement() -> None:
    assert parameters_as_registered.function(SHOWN, sized(1000)).state is State.VERIFIED
    outcome = parameters_as_registered.function(SHOWN, sized(500))
    assert outcome.state is State.CONTRADICTED
    assert "1,000" in outcome.message
    assert "500" in outcome.message


def test_nothing_to_compare() -> None:
    assert parameters_as_registered.function(None, sized(10)).state is State.NOT_APPLICABLE
    assert parameters_as_registered.function(registry(), sized(10)).state is State.NOT_APPLICABLE
    pickled = weights_of(tensor("w", 10), kind=Format.PYTORCH_ZIP)
    assert parameters_as_registered.function(SHOWN, pickled).state is State.NOT_APPLICABLE


def test_not_looked_at_or_not_countable() -> None:
    assert parameters_as_registered.function(SHOWN, None).depth is Depth.HEADERS
    assert parameters_as_registered.function(SHOWN, weights_of(tensor("w", 10, dtype="I32"))).state is State.UNKNOWN
