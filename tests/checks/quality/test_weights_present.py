from __future__ import annotations

from tests.checks.support import (
    manifest,
    sized,
)
from weighbridge.checks.quality.weights_present import weights_present
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert weights_present.function(manifest("model.safetensors"), sized(10)).state is State.VERIFIED
    named = weights_present.function(manifest("model.safetensors"), None)
    assert (named.state, named.grade) == (State.CLAIMED, None)
    archive = weights_present.function(manifest("model.tar.gz"), None)
    assert (archive.state, archive.grade) == (State.CLAIMED, 0.5)
    assert weights_present.function(manifest("README.md"), None).state is State.MISSING
