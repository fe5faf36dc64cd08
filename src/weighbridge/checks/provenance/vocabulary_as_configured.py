"""PV007: the embedding has as many rows as the configuration says."""

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

_TABLES = (
    "word_embeddings.weight",
    "embed_tokens.weight",
    "wte.weight",
    "shared.weight",
    "embed_in.weight",
    "token_embd.weight",
)
_NOT_STATED = not_applicable("The configuration states no vocabulary.")
_NO_TABLE = not_applicable("No tensor is the token embedding beyond doubt.")


@check(code="PV007", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def vocabulary_as_configured(config: Config, weights: Weights) -> Outcome:
    """The embedding has as many rows as the configuration says.

    What it asks: whether the token embedding has `vocab_size` rows.
    Why it matters: with other row counts loading fails, or tokens fall on rows that were never trained.
    Evidence: `vocab_size` in the configuration; the shape of the token embedding.
    Remedy: save model and configuration together after resizing the embedding.
    Limits: embeddings padded by up to 1,024 rows agree; sharded or packed embeddings are left out.
    Source: this project; this project.
    """
    stated = config.number("vocab_size")
    if stated is None:
        return _NOT_STATED
    held = [(i.path, t) for i in weights.model for t in i.tensors if t.name.endswith(_TABLES) and len(t.shape) == 2]
    rows = {tensor.shape[0] for _, tensor in held}
    if len(rows) != 1 or held[0][1].dtype in ("I32", "U8", "U32"):
        return _NO_TABLE
    path, table = held[0]
    count = table.shape[0]
    claim = Claim(f"vocab_size: {stated}", config.where("vocab_size"))
    evidence = Evidence(f"{table.name}: {list(table.shape)}", Location(path))
    if stated <= count <= stated + 1024:
        padding = f", {count - stated} of them padding" if count > stated else ""
        return verified(f"The embedding has {count:,} rows{padding}, as `vocab_size` says.", evidence, claim=claim)
    return contradicted(
        f"`vocab_size` is {stated:,}; {table.name} has {count:,} rows.",
        evidence,
        claim=claim,
        remedy="Save model and configuration together after resizing the embedding.",
    )
