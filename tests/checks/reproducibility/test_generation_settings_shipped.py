from __future__ import annotations

from weighbridge.checks.reproducibility.generation_settings_shipped import generation_settings_shipped
from weighbridge.facts.config import Config, Document
from weighbridge.model import State

MAIN = Document("config.json", {"architectures": ["LlamaForCausalLM"]})


def test_a_classifier_does_not_generate() -> None:
    main = Document("config.json", {"architectures": ["BertForSequenceClassification"]})
    assert generation_settings_shipped.function(Config(main=main)).state is State.NOT_APPLICABLE


def test_a_generator_without_settings_is_missing_them() -> None:
    assert generation_settings_shipped.function(Config(main=MAIN)).state is State.MISSING


def test_a_broken_settings_file_counts_as_none() -> None:
    broken = Document("generation_config.json", None)
    assert generation_settings_shipped.function(Config({"generation_config.json": broken}, MAIN)).state is State.MISSING


def test_settings_verify() -> None:
    settings = Document("generation_config.json", {"temperature": 0.7, "_from_model_config": True})
    outcome = generation_settings_shipped.function(Config({"generation_config.json": settings}, MAIN))
    assert outcome.state is State.VERIFIED
    assert "temperature" in outcome.message
    assert "_from_model_config" not in outcome.message
