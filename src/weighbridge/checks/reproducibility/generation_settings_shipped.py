"""RP016: the settings with which a generative model generates are shipped."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)

_FILE = "generation_config.json"
_GENERATES = ("ForCausalLM", "ForConditionalGeneration", "LMHeadModel", "ForSpeechSeq2Seq")
_NOT_GENERATIVE = not_applicable("The model's class does not generate sequences.")
_MISSING = missing(
    "The model generates, but ships no generation settings.",
    remedy="Ship `generation_config.json` with the decoding settings behind the claimed figures.",
)


@check(
    code="RP016",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.LOW,
)
def generation_settings_shipped(config: Config) -> Outcome:
    """The settings with which a generative model generates are shipped.

    What it asks: whether a model whose class generates comes with `generation_config.json`.
    Why it matters: temperature, beams and length limits move generation metrics more than many a fine-tuning does.
    Evidence: the class in `architectures`, and `generation_config.json`.
    Remedy: ship `generation_config.json` with the decoding settings behind the claimed figures.
    Limits: whether the claimed figures were made with these settings cannot be seen.
    Source: EvalCards, generation arguments; Jiang et al., ICSE 2023, Table I: training configuration.
    """
    if not any(name.endswith(_GENERATES) for name in config.architectures):
        return _NOT_GENERATIVE
    document = config.documents.get(_FILE)
    if document is None or not document.mapping():
        return _MISSING
    settings = ", ".join(sorted(key for key in document.mapping() if not key.startswith("_"))[:8])
    return verified(f"Generation settings are shipped: {settings}.", Evidence(_FILE, Location(_FILE)))
