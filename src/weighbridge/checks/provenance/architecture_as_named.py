"""PV008: the configuration has the architecture that the name spells."""

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

_SILENT = not_applicable("The name spells no well-known architecture.")
_NOT_CONFIGURED = not_applicable("The configuration states no `model_type` to compare with.")
_COMPOSITE = not_applicable("The model is composed of several, of which the name may mean one.")
# BERT's name is also used for its whole family.
_BERTS = frozenset(
    {"albert", "roberta", "xlm-roberta", "electra", "deberta", "deberta-v2", "big_bird", "camembert", "ernie", "mpnet"}
)
# Types that load each other's weights or are versions of one design under the same word.
_KIN = (
    frozenset({"roberta", "xlm-roberta", "camembert", "xlm-roberta-xl"}),
    frozenset({"t5", "mt5", "umt5", "longt5", "switch_transformers"}),
    frozenset({"bart", "mbart", "plbart", "barthez"}),
    frozenset({"bert", "nomic_bert", "jina_bert", "modernbert", "bert-generation", "megatron-bert", "mosaic_bert"}),
    frozenset({"gpt2", "gpt_bigcode", "megatron-gpt2"}),
    frozenset({"llama", "mistral", "mixtral"}),
    frozenset({"deberta", "deberta-v2"}),
    frozenset({"falcon", "refinedweb", "refinedwebmodel"}),
    frozenset({"wav2vec2", "wav2vec2-conformer", "wav2vec2-bert"}),
    frozenset({"vit", "vit_msn", "vit_hybrid", "vit_mae"}),
    frozenset({"swin", "swinv2"}),
    frozenset({"convnext", "convnextv2"}),
    frozenset({"bloom", "bloomz"}),
    frozenset({"whisper", "lite-whisper"}),
    frozenset({"qwen2", "qwen2_moe", "qwen"}),
    frozenset({"pegasus", "pegasus_x", "bigbird_pegasus"}),
    frozenset({"mamba", "mamba2", "falcon_mamba"}),
    frozenset({"olmo", "olmo2", "olmo3"}),
)


@check(code="PV008", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def architecture_as_named(identity: Identity, config: Config) -> Outcome:
    """The configuration has the architecture that the name spells.

    What it asks: whether a well-known architecture in the name is the configuration's `model_type`.
    Why it matters: people choose by the name; a BERT called T5 fails in their code or misleads their comparison.
    Evidence: the words of the name; `model_type` of the configuration and of the models nested in it.
    Remedy: rename the model after its architecture, or push the right configuration.
    Limits: only words that settle the type count; a name may also speak of a teacher or of the data's source, so the
        confidence is medium.
    Source: Jiang et al., "Naming Practices of Pre-Trained Models in Hugging Face" (DARA).
    """
    named = identity.architecture
    if not named:
        return _SILENT
    configured = config.model_type
    if not configured:
        return _NOT_CONFIGURED
    claim = Claim(f"“{named}” in the name {identity.ref.short_name}")
    evidence = Evidence(f"model_type: {configured}", config.where("model_type"))
    if named == configured or _is_kin(named, configured) or named in _nested(config):
        return verified(f"The name says {named}; the configuration says {configured}.", evidence, claim=claim)
    if configured.endswith("encoder-decoder"):
        return _COMPOSITE
    return contradicted(
        f"The name says {named}; the configuration says {configured}.",
        evidence,
        claim=claim,
        remedy="Rename the model after its architecture, or push the right configuration.",
        severity=Severity.LOW if named == "bert" and configured in _BERTS else None,
        confidence=Confidence.MEDIUM,
    )


def _is_kin(named: str, configured: str) -> bool:
    lowered = configured.lower()
    if any(named in kin and lowered in kin for kin in _KIN):
        return True
    # Types built on another one bear its name: `visual_bert`, `timesformer-vit`, `custom_llama`.
    return named in lowered.replace("distil", "").replace("-", "_").split("_") or lowered.startswith(f"{named}_")


def _nested(config: Config) -> set[str]:
    held = [value for value in config.values.values() if isinstance(value, dict)]
    return {kind for value in held if isinstance(kind := value.get("model_type"), str)}
