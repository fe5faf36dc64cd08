from __future__ import annotations

from tests.checks.support import (
    config,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.width_as_configured import width_as_configured
from weighbridge.model import (
    State,
)

EMBEDDING = weights_of(tensor("bert.embeddings.word_embeddings.weight", 30522, 384), tensor("pooler.weight", 384, 384))


def test_the_embedding_decides() -> None:
    assert width_as_configured.function(config(hidden_size=384), EMBEDDING).state is State.VERIFIED
    outcome = width_as_configured.function(config(hidden_size=768), EMBEDDING)
    assert outcome.state is State.CONTRADICTED
    assert "768" in outcome.message
    assert "384" in outcome.message


def test_silence_and_narrow_embeddings() -> None:
    assert width_as_configured.function(config(), EMBEDDING).state is State.NOT_APPLICABLE
    assert (
        width_as_configured.function(config(hidden_size=4096, embedding_size=384), EMBEDDING).state
        is State.NOT_APPLICABLE
    )
    assert (
        width_as_configured.function(config(hidden_size=768), weights_of(tensor("w", 3, 3))).state
        is State.NOT_APPLICABLE
    )
    packed = weights_of(tensor("model.embed_tokens.weight", 100, 48, dtype="U32"))
    assert width_as_configured.function(config(hidden_size=384), packed).state is State.NOT_APPLICABLE
