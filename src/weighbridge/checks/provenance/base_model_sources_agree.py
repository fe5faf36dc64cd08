"""PV051: card and configuration name the same base model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_TOO_FEW = not_applicable("The base model is not declared in two places, so that nothing can be compared.")
# Words of a name that tell a repackaging of the same model.
_PACKAGING_WORDS = (
    "bnb 4bit 8bit hf gptq awq gguf meta unsloth dynamic fp16 bf16 quantized int4 int8 sharded mlx base v0 quant"
)
_PACKAGING = frozenset(_PACKAGING_WORDS.split())
_SEPARATORS = str.maketrans("-_./", "    ")


@check(code="PV051", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.MEDIUM)
def base_model_sources_agree(lineage: Lineage) -> Outcome:
    """Card and configuration name the same base model.

    What it asks: whether `base_model` in the front matter names the model that the adapter's configuration names.
    Why it matters: an adapter on another base model gives nonsense, and the lineage of one of the two is wrong.
    Evidence: `base_model` in the front matter; `base_model_name_or_path` in `adapter_config.json`.
    Remedy: name in the front matter the model that the adapter was trained on.
    Limits: copies of one model in other packaging (quantised, re-uploaded) count as the same when their names say so.
    Source: this project.
    """
    declared = [
        p
        for p in lineage.parents
        if p.where is None or (p.where.pointer or "").startswith("/base_model/") or p.where.pointer == "/base_model"
    ]
    configured = [p for p in lineage.parents if p.where is not None and p.where.pointer == "/base_model_name_or_path"]
    if not declared or not configured:
        return _TOO_FEW
    for parent in configured:
        if any(_is_same(parent.name, other.name) for other in declared):
            continue
        other = declared[0]
        is_near = bool(_words(parent.name) & _words(other.name))
        return contradicted(
            f"The card says {other.name}; the adapter's configuration says {parent.name}.",
            Evidence(parent.name, parent.where),
            claim=Claim(f"base_model: {other.name}", other.where),
            remedy="Name in the front matter the model that the adapter was trained on.",
            severity=Severity.LOW if is_near else None,
            confidence=Confidence.MEDIUM if is_near else Confidence.HIGH,
        )
    first = configured[0]
    return verified(
        f"Card and adapter name {first.name}.",
        Evidence(first.name, first.where),
        claim=Claim(declared[0].name, declared[0].where),
    )


def _is_same(one: str, other: str) -> bool:
    if one.lower() == other.lower():
        return True
    words, others = _words(one), _words(other)
    return bool(words) and words == others


def _words(name: str) -> set[str]:
    short = name.rpartition("/")[2].lower().translate(_SEPARATORS)
    return set(short.split()) - _PACKAGING
