from __future__ import annotations

from weighbridge.checks.security.revision_fixed import revision_fixed
from weighbridge.facts.contents import Contents
from weighbridge.facts.identity import Identity
from weighbridge.model import ModelRef, Origin, State

FOLDER = Identity(ModelRef(Origin.FOLDER, "model"), ("model",))


def test_a_plain_folder_is_missing_a_name() -> None:
    assert revision_fixed.function(FOLDER, None).state is State.MISSING
    assert revision_fixed.function(FOLDER, Contents()).state is State.MISSING


def test_a_commit_verifies() -> None:
    ref = ModelRef(Origin.HUB, "acme/model", commit="c" * 40)
    assert "c" * 40 in revision_fixed.function(Identity(ref, ("model",)), None).message


def test_a_digest_verifies() -> None:
    assert revision_fixed.function(FOLDER, Contents(root="d" * 64)).state is State.VERIFIED
