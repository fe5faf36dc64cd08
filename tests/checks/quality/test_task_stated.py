from __future__ import annotations

from tests.checks.support import (
    metadata,
    registry,
)
from weighbridge.checks.quality.task_stated import task_stated
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert task_stated.function(metadata(pipeline_tag="fill-mask"), None).grade is None
    inferred = task_stated.function(metadata(), registry(task="fill-mask"))
    assert (inferred.state, inferred.grade) == (State.CLAIMED, 0.8)
    assert task_stated.function(metadata(), registry()).state is State.MISSING
