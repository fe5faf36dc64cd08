"""RP015: what turns raw input into the model's input is shipped."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.tokenizer import Tokenizer
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

_PROCESSORS = ("preprocessor_config.json", "processor_config.json", "feature_extractor/preprocessor_config.json")
_MISSING = missing(
    "No tokenizer, processor or feature extractor comes with the model.",
    remedy="Save the tokenizer or processor into the repository (`save_pretrained`).",
)
_NOT_TRANSFORMERS = not_applicable("Only a transformers model brings its own pre-processing files.")


@check(
    code="RP015",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.MEDIUM,
)
def preprocessing_shipped(tokenizer: Tokenizer, config: Config) -> Outcome:
    """What turns raw input into the model's input is shipped.

    What it asks: whether a transformers model comes with its tokenizer, image processor or feature extractor.
    Why it matters: a model fed by another tokenizer or normalisation gives other results without any error.
    Evidence: tokenizer and processor files in the repository.
    Remedy: save the tokenizer or processor into the repository (`save_pretrained`).
    Limits: an adapter uses its base model's, and is left out.
    Source: Jiang et al., ICSE 2023, Table III: model application.
    """
    if not config.model_type:
        return _NOT_TRANSFORMERS
    if tokenizer.path:
        name = tokenizer.class_name or "a tokenizer"
        return verified(f"The repository ships {name}.", Evidence(tokenizer.path, Location(tokenizer.path)))
    processor = next((path for path in _PROCESSORS if path in config.documents), "")
    if processor:
        return verified("The repository ships a processor.", Evidence(processor, Location(processor)))
    return _MISSING
