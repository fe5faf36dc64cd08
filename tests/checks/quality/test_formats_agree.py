from __future__ import annotations

from tests.checks.support import (
    sized,
    tensor,
)
from weighbridge.checks.quality.formats_agree import formats_agree
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Format,
    Inspection,
    State,
)


def both(one: int, other: int) -> Weights:
    safe = Inspection("model.safetensors", Format.SAFETENSORS, 1, (tensor("w", one),))
    flax = Inspection("flax_model.msgpack", Format.FLAX_MSGPACK, 1, (tensor("w", other),))
    return Weights((safe, flax), (safe,))


def test_states() -> None:
    assert formats_agree.function(both(1000, 1300)).state is State.VERIFIED
    outcome = formats_agree.function(both(1000, 110_000))
    assert outcome.state is State.CONTRADICTED
    assert "flax_model.msgpack 110K" in outcome.message
    assert formats_agree.function(sized(10)).state is State.NOT_APPLICABLE
