from __future__ import annotations

from weighbridge.checks.portability.labels_named import labels_named
from weighbridge.facts.config import Config, Document
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_a_language_model_has_no_labels() -> None:
    assert labels_named.function(config(architectures=["BertForMaskedLM"])).state is State.NOT_APPLICABLE


def test_no_or_numbered_labels_are_missing_names() -> None:
    none = labels_named.function(config(architectures=["BertForSequenceClassification"]))
    numbered = labels_named.function(
        config(architectures=["BertForSequenceClassification"], id2label={"0": "LABEL_0", "1": "LABEL_1"})
    )
    assert none.state is numbered.state is State.MISSING


def test_names_verify() -> None:
    outcome = labels_named.function(
        config(architectures=["ViTForImageClassification"], id2label={"0": "cat", "1": "dog"})
    )
    assert outcome.state is State.VERIFIED
    assert "cat, dog" in outcome.message
