from __future__ import annotations

from tests.checks.identities import identity
from weighbridge.checks.portability.context_length_as_claimed import context_length_as_claimed
from weighbridge.facts.config import Config, Document
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


TOKENIZER = Tokenizer(path="tokenizer.json", max_length=512)


def test_no_tokenizer_no_question() -> None:
    assert context_length_as_claimed.function(identity("acme/vit"), config(), Tokenizer()).state is State.NOT_APPLICABLE


def test_silence_is_missing() -> None:
    assert (
        context_length_as_claimed.function(identity("acme/x"), config(), Tokenizer(path="tokenizer.json")).state
        is State.MISSING
    )


def test_agreement_verifies() -> None:
    outcome = context_length_as_claimed.function(identity("acme/x"), config(max_position_embeddings=514), TOKENIZER)
    assert outcome.state is State.VERIFIED
    assert "512" in outcome.message


def test_the_name_may_not_claim_more() -> None:
    outcome = context_length_as_claimed.function(
        identity("acme/x-128k", context=128_000), config(max_position_embeddings=4096), TOKENIZER
    )
    assert outcome.state is State.CONTRADICTED
    assert "4,096 positions" in outcome.message


def test_scaled_positions_reach_further() -> None:
    scaled = config(max_position_embeddings=4096, rope_scaling={"factor": 32.0, "type": "yarn"})
    assert (
        context_length_as_claimed.function(identity("acme/x-128k", context=128_000), scaled, TOKENIZER).state
        is State.VERIFIED
    )


def test_the_tokenizer_may_not_let_more_through() -> None:
    outcome = context_length_as_claimed.function(identity("acme/x"), config(n_positions=256), TOKENIZER)
    assert outcome.state is State.CONTRADICTED
    assert "512" in outcome.message


def test_a_sentence_model_cuts_earlier() -> None:
    main = Document("config.json", {"max_position_embeddings": 512})
    cut = Document("sentence_bert_config.json", {"max_seq_length": 256})
    both = Config({"config.json": main, "sentence_bert_config.json": cut}, main)
    assert "256" in context_length_as_claimed.function(identity("acme/x"), both, TOKENIZER).message
