from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import manifest, sized
from weighbridge.checks.quality.weights_present import weights_present
from weighbridge.model import State


def test_states() -> None:
    assert weights_present.function(manifest("model.safetensors"), sized(10), None).state is State.VERIFIED
    named = weights_present.function(manifest("model.safetensors"), None, None)
    assert (named.state, named.grade) == (State.CLAIMED, None)
    archive = weights_present.function(manifest("model.tar.gz"), None, None)
    assert (archive.state, archive.grade) == (State.CLAIMED, 0.5)
    assert weights_present.function(manifest("README.md"), None, card("# A model\n")).state is State.MISSING


def test_a_card_that_says_bundled_is_contradicted_by_an_empty_package() -> None:
    outcome = weights_present.function(manifest("README.md"), None, card("Local embeddings, bundled offline.\n"))
    assert outcome.state is State.CONTRADICTED
    assert outcome.claim is not None
    assert outcome.claim.where is not None
    assert outcome.claim.where.line == 1
