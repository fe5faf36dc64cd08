from __future__ import annotations

import pytest

from tests.checks.support import (
    config,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.vocabulary_as_configured import vocabulary_as_configured
from weighbridge.model import (
    State,
)

EMBEDDING = weights_of(tensor("model.embed_tokens.weight", 32_064, 64))


@pytest.mark.parametrize(
    ("stated", "state"), [(32_064, State.VERIFIED), (32_000, State.VERIFIED), (50_257, State.CONTRADICTED)]
)
def test_rows_of_the_embedding_decide(stated: int, state: State) -> None:
    outcome = vocabulary_as_configured.function(config(vocab_size=stated), EMBEDDING)
    assert outcome.state is state
    assert "32,064" in outcome.message


def test_padding_is_told() -> None:
    assert "64 of them padding" in vocabulary_as_configured.function(config(vocab_size=32_000), EMBEDDING).message


def test_nothing_to_compare() -> None:
    assert vocabulary_as_configured.function(config(), EMBEDDING).state is State.NOT_APPLICABLE
    assert (
        vocabulary_as_configured.function(config(vocab_size=10), weights_of(tensor("w", 3, 3))).state
        is State.NOT_APPLICABLE
    )
    packed = weights_of(tensor("model.embed_tokens.weight", 10, 48, dtype="U32"))
    assert vocabulary_as_configured.function(config(vocab_size=10), packed).state is State.NOT_APPLICABLE
