from __future__ import annotations

from weighbridge.checks.reproducibility.preprocessing_shipped import preprocessing_shipped
from weighbridge.facts.config import Config, Document
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_other_libraries_are_left_out() -> None:
    assert preprocessing_shipped.function(Tokenizer(), Config()).state is State.NOT_APPLICABLE


def test_nothing_is_missing() -> None:
    assert preprocessing_shipped.function(Tokenizer(), config(model_type="bert")).state is State.MISSING


def test_a_tokenizer_verifies() -> None:
    outcome = preprocessing_shipped.function(
        Tokenizer(path="tokenizer.json", class_name="BertTokenizer"), config(model_type="bert")
    )
    assert outcome.state is State.VERIFIED
    assert "BertTokenizer" in outcome.message


def test_an_image_processor_verifies() -> None:
    main = Document("config.json", {"model_type": "vit"})
    both = Config({"config.json": main, "preprocessor_config.json": Document("preprocessor_config.json", {})}, main)
    assert preprocessing_shipped.function(Tokenizer(), both).state is State.VERIFIED
