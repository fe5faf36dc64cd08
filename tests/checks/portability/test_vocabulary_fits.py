from __future__ import annotations

from weighbridge.checks.portability.vocabulary_fits import vocabulary_fits
from weighbridge.facts.config import Config, Document
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_without_both_there_is_nothing_to_compare() -> None:
    assert vocabulary_fits.function(config(vocab_size=10), None).state is State.NOT_APPLICABLE
    assert vocabulary_fits.function(config(), Tokenizer(vocabulary=10)).state is State.NOT_APPLICABLE


def test_padding_is_no_contradiction() -> None:
    outcome = vocabulary_fits.function(
        config(vocab_size=32_064), Tokenizer(vocabulary=32_011, vocabulary_path="tokenizer.json")
    )
    assert outcome.state is State.VERIFIED


def test_more_tokens_than_rows_contradict() -> None:
    outcome = vocabulary_fits.function(
        config(vocab_size=30_522), Tokenizer(vocabulary=30_525, vocabulary_path="tokenizer.json")
    )
    assert outcome.state is State.CONTRADICTED
    assert "30,525" in outcome.message
    assert "30,522" in outcome.message
