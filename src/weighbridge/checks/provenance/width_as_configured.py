"""PV005: the tensors are as wide as the configuration says."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_KEYS = ("hidden_size", "n_embd", "d_model", "dim", "hidden_dim")
_TABLES = (
    "word_embeddings.weight",
    "embed_tokens.weight",
    "wte.weight",
    "shared.weight",
    "embed_in.weight",
    "embeddings.tok_embeddings.weight",
)
_NOT_STATED = not_applicable("The configuration states no hidden size.")
_NO_TABLE = not_applicable("No tensor shows the hidden size beyond doubt.")
_FACTORED = not_applicable("The embeddings of this architecture are narrower than its hidden states by design.")


@check(code="PV005", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def width_as_configured(config: Config, weights: Weights) -> Outcome:
    """The tensors are as wide as the configuration says.

    What it asks: whether the token embedding has as many columns as `hidden_size` says.
    Why it matters: a configuration of another model means that the weights do not load, or that the wrong ones were pushed.
    Evidence: `hidden_size`, `n_embd` or `d_model` in the configuration; the shape of the token embedding.
    Remedy: push the configuration with which the weights were saved.
    Limits: architectures whose embeddings are narrower by design (ALBERT, ELECTRA, adapters) and packed weights are left out.
    Source: this project; this project.
    """
    stated, key = _stated(config)
    if stated is None:
        return _NOT_STATED
    embedding_size = config.number("embedding_size", "word_embed_proj_dim", "d_embed")
    if embedding_size not in (None, stated):
        return _FACTORED
    held = [(i.path, t) for i in weights.model for t in i.tensors if t.name.endswith(_TABLES) and len(t.shape) == 2]
    widths = {tensor.shape[1] for _, tensor in held if tensor.dtype[:1] in "FB"}
    if len(widths) != 1:
        return _NO_TABLE
    path, table = held[0]
    claim = Claim(f"{key}: {stated}", config.where(key))
    evidence = Evidence(f"{table.name}: {list(table.shape)}", Location(path))
    if widths == {stated}:
        return verified(f"The embedding has {stated} columns, as `{key}` says.", evidence, claim=claim)
    return contradicted(
        f"`{key}` is {stated}; {table.name} has {table.shape[1]} columns.",
        evidence,
        claim=claim,
        remedy="Push the configuration with which the weights were saved.",
    )


def _stated(config: Config) -> tuple[int | None, str]:
    key = next((key for key in _KEYS if config.number(key) is not None), "")
    return (config.number(key), key) if key else (None, "")
