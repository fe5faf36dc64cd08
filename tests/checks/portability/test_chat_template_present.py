from __future__ import annotations

from tests.checks.identities import identity
from weighbridge.checks.portability.chat_template_present import chat_template_present
from weighbridge.facts.config import Config, Document
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


LLAMA = {"architectures": ["LlamaForCausalLM"]}


def test_no_chat_model_no_question() -> None:
    assert (
        chat_template_present.function(identity("acme/llama"), config(**LLAMA), Tokenizer()).state
        is State.NOT_APPLICABLE
    )
    assert (
        chat_template_present.function(identity("acme/chat-bert"), config(), Tokenizer()).state is State.NOT_APPLICABLE
    )


def test_a_chat_model_without_template_is_missing_it() -> None:
    assert (
        chat_template_present.function(identity("acme/llama-chat"), config(**LLAMA), Tokenizer()).state is State.MISSING
    )


def test_a_template_verifies() -> None:
    tokenizer = Tokenizer(template="{{ messages }}", template_path="tokenizer_config.json")
    assert chat_template_present.function(identity("acme/llama"), config(), tokenizer).state is State.VERIFIED
