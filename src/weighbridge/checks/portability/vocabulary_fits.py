"""PT045: the tokenizer's vocabulary fits the model's."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
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
    not_applicable,
    verified,
)

_NOT_BOTH = not_applicable("Tokenizer and configuration do not both state a vocabulary.")


@check(code="PT045", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.HIGH)
def vocabulary_fits(config: Config, tokenizer: Tokenizer | None) -> Outcome:
    """The tokenizer's vocabulary fits the model's.

    What it asks: whether the tokenizer knows no more tokens than the configuration's `vocab_size`.
    Why it matters: a token beyond the embedding's rows ends in an index error, or in another token's embedding.
    Evidence: the tokenizer's vocabulary with its added tokens; `vocab_size` in the configuration.
    Remedy: resize the embedding to the tokenizer, or ship the tokenizer that the model was trained with.
    Limits: a model may have more rows than tokens (padding to a multiple); that is not reported.
    Source: this project.
    """
    rows = config.number("vocab_size")
    if tokenizer is None or tokenizer.vocabulary is None or rows is None:
        return _NOT_BOTH
    where = config.where("vocab_size")
    if tokenizer.vocabulary > rows:
        return contradicted(
            f"The tokenizer has {tokenizer.vocabulary:,} tokens; the model has room for {rows:,}.",
            Evidence(f"tokenizer: {tokenizer.vocabulary:,} tokens", Location(tokenizer.vocabulary_path)),
            claim=Claim(f"vocab_size: {rows}", where),
            remedy="Resize the embedding to the tokenizer, or ship the tokenizer that the model was trained with.",
        )
    return verified(
        f"{tokenizer.vocabulary:,} tokens fit the {rows:,} rows of the embedding.",
        Evidence(f"tokenizer: {tokenizer.vocabulary:,} tokens", Location(tokenizer.vocabulary_path)),
        claim=Claim(f"vocab_size: {rows}", where),
    )
