"""PV010: the model has the layers that the size word in its name stands for."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.identity import Identity
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

_SILENT = not_applicable("The name holds no size word whose number of layers is certain for its architecture.")
_NOT_STATED = not_applicable("The configuration states no number of layers to compare with.")
_LAYERS = {
    "bert": {"base": 12, "large": 24}, "roberta": {"base": 12, "large": 24}, "xlm-roberta": {"base": 12, "large": 24},
    "electra": {"small": 12, "base": 12, "large": 24}, "camembert": {"base": 12, "large": 24}, "mpnet": {"base": 12},
    "vit": {"base": 12, "large": 24, "huge": 32}, "beit": {"base": 12, "large": 24}, "wav2vec2": {"base": 12, "large": 24},
    "hubert": {"base": 12, "large": 24, "xlarge": 48}, "wavlm": {"base": 12, "large": 24},
    "whisper": {"tiny": 4, "base": 6, "small": 12, "medium": 24, "large": 32}, "bart": {"base": 6, "large": 12},
    "gpt2": {"medium": 24, "large": 36, "xl": 48}, "longformer": {"base": 12, "large": 24},
}  # fmt: skip
_REDUCED = (
    "distil",
    "mini",
    "tiny",
    "prun",
    "layer",
    "l6",
    "l3",
    "l4",
    "cut",
    "reduced",
    "compress",
    "sparse",
    "half",
    "turbo",
    "distill",
    "random",
    "student",
    "small",
    "lite",
    "megatron",
)
_KEYS = ("num_hidden_layers", "encoder_layers", "n_layer", "num_layers")


@check(code="PV010", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def size_as_named(identity: Identity, config: Config) -> Outcome:
    """The model has the layers that the size word in its name stands for.

    What it asks: whether `base`, `large` and their like in the name agree with the number of layers configured.
    Why it matters: people pick a size by its word; a `large` with the layers of a `base` is another model.
    Evidence: the size word and the architecture in the name; the number of layers in the configuration.
    Remedy: rename the model after its size, or push the right configuration.
    Limits: only architectures whose published sizes are fixed; names that speak of distilling or pruning are left out.
    Source: Jiang et al., "Naming Practices of Pre-Trained Models in Hugging Face"; the architectures' papers.
    """
    if not identity.size or not identity.architecture:
        return _SILENT
    expected = _LAYERS.get(identity.architecture, {}).get(identity.size)
    if expected is None or identity.architecture != config.model_type or _is_reduced(identity):
        return _SILENT
    key = next((key for key in _KEYS if isinstance(config.values.get(key), int)), "")
    if not key:
        return _NOT_STATED
    found = config.values[key]
    claim = Claim(f"{identity.architecture} {identity.size} in the name {identity.ref.short_name}")
    evidence = Evidence(f"{key}: {found}", config.where(key))
    message = f"A {identity.architecture} of size {identity.size} has {expected} layers; this one has {found}."
    if found == expected:
        return verified(message, evidence, claim=claim)
    return contradicted(
        message,
        evidence,
        claim=claim,
        remedy="Rename the model after its size, or push the right configuration.",
        confidence=Confidence.MEDIUM,
    )


def _is_reduced(identity: Identity) -> bool:
    words = [token.lower() for token in identity.tokens if token.lower() != identity.size]
    return any(word.startswith(_REDUCED) or "layer" in word for word in words)
