from __future__ import annotations

from weighbridge.checks.portability.cache_estimated import cache_estimated
from weighbridge.facts.config import Config, Document
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_an_encoder_keeps_no_cache() -> None:
    assert cache_estimated.function(config(architectures=["BertForMaskedLM"])).state is State.NOT_APPLICABLE


def test_an_incomplete_configuration_is_unknown() -> None:
    assert cache_estimated.function(config(architectures=["LlamaForCausalLM"], hidden_size=4096)).state is State.UNKNOWN
    assert cache_estimated.function(config(architectures=["X"] * 3)).state is State.NOT_APPLICABLE


def test_the_cache_of_llama_2_7b() -> None:
    outcome = cache_estimated.function(
        config(
            architectures=["LlamaForCausalLM"],
            num_hidden_layers=32,
            num_attention_heads=32,
            hidden_size=4096,
            max_position_embeddings=4096,
        )
    )
    assert outcome.state is State.VERIFIED
    assert "2.0 GiB" in outcome.message


def test_grouped_heads_take_less() -> None:
    outcome = cache_estimated.function(
        config(
            architectures=["MistralForCausalLM"],
            num_hidden_layers=32,
            num_attention_heads=32,
            num_key_value_heads=8,
            hidden_size=4096,
            max_position_embeddings=4096,
        )
    )
    assert "512.0 MiB" in outcome.message
