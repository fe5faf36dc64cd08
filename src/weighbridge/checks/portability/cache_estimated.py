"""PT071: the memory that a long context takes can be estimated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, not_applicable, unknown, verified
from weighbridge.model.units import size_text

_NOT_DECODER = not_applicable("The model keeps no key-value cache.")
_POSITIONS = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len")
_BYTES = 2  # the cache is kept at 16 bits


@check(code="PT071", attribute=Attribute.PORTABILITY, factor=Factor.COST_ESTIMATION, severity=Severity.LOW)
def cache_estimated(config: Config) -> Outcome:
    """The memory that a long context takes can be estimated.

    What it asks: whether the configuration tells layers, key-value heads and head size, so that the cache can be worked out.
    Why it matters: at a full context the cache can take more memory than the weights.
    Evidence: the configuration; cache = 2 · layers · key-value heads · head size · tokens · 2 bytes, for one sequence.
    Remedy: state layers, heads and hidden size in the configuration.
    Limits: sliding windows, latent attention and quantised caches take less; the figure is an upper bound.
    Source: Pope et al., 2022, "Efficiently Scaling Transformer Inference".
    """
    if not any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.architectures):
        return _NOT_DECODER
    layers = config.number("num_hidden_layers", "n_layer", "num_layers")
    heads = config.number("num_attention_heads", "n_head")
    hidden = config.number("hidden_size", "n_embd", "d_model")
    tokens = config.number(*_POSITIONS)
    if not (layers and heads and hidden and tokens):
        return unknown("The configuration does not tell layers, heads, hidden size and positions.")
    width = config.number("head_dim") or hidden // heads
    cache = 2 * layers * (config.number("num_key_value_heads") or heads) * width * tokens * _BYTES
    return verified(
        f"A full context of {tokens:,} tokens takes up to {size_text(cache)} of cache.",
        Evidence(f"{layers} layers, {heads} heads of {width}", config.where()),
    )
