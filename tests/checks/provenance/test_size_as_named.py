from __future__ import annotations

import pytest

from tests.checks.identities import identity
from tests.checks.support import (
    config,
)
from weighbridge.checks.provenance.size_as_named import size_as_named
from weighbridge.model import (
    State,
)

LARGE = identity("acme/bert-large-cased", architecture="bert", size="large")


def test_the_layers_decide() -> None:
    assert size_as_named.function(LARGE, config(model_type="bert", num_hidden_layers=24)).state is State.VERIFIED
    outcome = size_as_named.function(LARGE, config(model_type="bert", num_hidden_layers=12))
    assert outcome.state is State.CONTRADICTED
    assert "24 layers; this one has 12" in outcome.message


@pytest.mark.parametrize("name", ["acme/bert-large-distilled", "acme/bert-large-6layer", "acme/tiny-bert-large"])
def test_reduced_models_are_left_alone(name: str) -> None:
    reduced = identity(name, architecture="bert", size="large")
    assert size_as_named.function(reduced, config(model_type="bert", num_hidden_layers=6)).state is State.NOT_APPLICABLE


def test_silence() -> None:
    assert size_as_named.function(identity("a/bert"), config(model_type="bert")).state is State.NOT_APPLICABLE
    assert (
        size_as_named.function(LARGE, config(model_type="roberta", num_hidden_layers=12)).state is State.NOT_APPLICABLE
    )
    assert size_as_named.function(LARGE, config(model_type="bert")).state is State.NOT_APPLICABLE
