from __future__ import annotations

from tests.checks.support import (
    HEX,
    lineage,
    parent,
)
from weighbridge.checks.provenance.base_revision_pinned import base_revision_pinned
from weighbridge.model import (
    State,
)


def test_states() -> None:
    pinned = base_revision_pinned.function(lineage(parent("a/b", "/base_model_name_or_path", revision=HEX)))
    assert (pinned.state, pinned.grade) == (State.CLAIMED, 1.0)
    branch = base_revision_pinned.function(lineage(parent("a/b", "/base_model_name_or_path", revision="main")))
    assert (branch.state, branch.grade) == (State.CLAIMED, 0.5)
    assert base_revision_pinned.function(lineage(parent("a/b"))).state is State.MISSING
    assert base_revision_pinned.function(lineage()).state is State.NOT_APPLICABLE
