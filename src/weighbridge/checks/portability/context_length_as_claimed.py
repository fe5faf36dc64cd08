"""PT044: the context length that name and tokenizer claim is the configuration's."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.identity import Identity
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    missing,
    not_applicable,
    verified,
)

_KEYS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx", "model_max_length")
_NOT_TEXT = not_applicable("The model has no tokenizer, so no context length in tokens.")
_MISSING = missing(
    "Neither configuration nor tokenizer tells the longest input.",
    remedy="Set `max_position_embeddings` in the configuration and `model_max_length` in the tokenizer.",
)


@check(code="PT044", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def context_length_as_claimed(identity: Identity, config: Config, tokenizer: Tokenizer) -> Outcome:
    """The context length that name and tokenizer claim is the configuration's.

    What it asks: whether a length in the name (`128k`) and the tokenizer's limit stay within the configuration's positions.
    Why it matters: beyond its positions a model fails or returns noise, without an error on some runtimes.
    Evidence: the name; `max_position_embeddings` or its like, with `rope_scaling`; `model_max_length`.
    Remedy: make `model_max_length`, the configuration and the name agree.
    Limits: a scaled rotary embedding may reach further than the positions named; it is then taken at its factor.
    Source: EU AI Act, Annex XII 2(b): maximum input size; this project.
    """
    if not tokenizer.path:
        return _NOT_TEXT
    positions = _positions(config)
    if positions is None:
        return (
            _MISSING if tokenizer.max_length is None else verified(f"Inputs of up to {tokenizer.max_length:,} tokens.")
        )
    where = config.where(next((key for key in _KEYS if key in config.values), "text_config"))
    if identity.context and positions < 0.9 * identity.context:
        return contradicted(
            f"The name claims {identity.context:,} tokens; the configuration has {positions:,} positions.",
            Evidence(f"{positions:,} positions", where),
            claim=Claim(identity.ref.short_name),
            remedy="Correct the name, or say how the longer context is reached.",
        )
    if tokenizer.max_length is not None and tokenizer.max_length > positions:
        return contradicted(
            f"The tokenizer lets {tokenizer.max_length:,} tokens through; the model has {positions:,} positions.",
            Evidence(f"{positions:,} positions", where),
            claim=Claim(f"model_max_length: {tokenizer.max_length}", Location(tokenizer.path)),
            remedy="Set `model_max_length` to the number of positions.",
            severity=Severity.LOW,
        )
    longest = min(positions, tokenizer.max_length or positions, config.sentence_length or positions)
    return verified(f"Inputs of up to {longest:,} tokens.")


def _positions(config: Config) -> int | None:
    positions = config.number(*_KEYS)
    scaling = config.values.get("rope_scaling")
    factor = scaling.get("factor") if isinstance(scaling, dict) else None
    if positions and isinstance(factor, int | float) and 1 <= factor <= 1024:
        return int(positions * factor)
    return positions
