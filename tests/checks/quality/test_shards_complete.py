from __future__ import annotations

from tests.checks.support import (
    manifest,
    sharded,
    sized,
)
from weighbridge.checks.quality.shards_complete import shards_complete
from weighbridge.model import (
    Severity,
    State,
)

FILES = manifest("model.safetensors.index.json", "model-00001-of-00001.safetensors")


def test_states() -> None:
    assert shards_complete.function(FILES, sharded()).state is State.VERIFIED
    gone = shards_complete.function(FILES, sharded("b.safetensors"))
    assert gone.state is State.CONTRADICTED
    assert "1 of 1 shards are not there: b.safetensors" in gone.message
    assert "outside the repository" in shards_complete.function(FILES, sharded(outside=("../../etc/passwd",))).message
    assert "No shard holds w" in shards_complete.function(FILES, sharded(missing_tensors=("w",))).message
    assert shards_complete.function(manifest("a.bin"), None).state is State.NOT_APPLICABLE


def test_left_open() -> None:
    unread, broken = shards_complete.function(FILES, None), shards_complete.function(FILES, sized(10))
    assert {(o.state, o.severity) for o in (unread, broken)} == {(State.UNKNOWN, Severity.MEDIUM)}
