"""PT047: a chat model says how a conversation is written."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.identity import Identity
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

_CHAT_WORDS = frozenset({"chat", "instruct", "it", "assistant", "conversational"})
_NOT_CHAT = not_applicable("The name does not claim a chat or instruction model.")
_MISSING = missing(
    "The name claims a chat model, but no chat template comes with it.",
    remedy="Set `chat_template` in `tokenizer_config.json`, or ship `chat_template.jinja`.",
)


@check(code="PT047", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def chat_template_present(identity: Identity, config: Config, tokenizer: Tokenizer) -> Outcome:
    """A chat model says how a conversation is written.

    What it asks: whether a generative model whose name says chat or instruct ships a chat template.
    Why it matters: with another format than the one trained on, answers get worse without any error.
    Evidence: the name; `chat_template` in the tokenizer's files.
    Remedy: set `chat_template` in `tokenizer_config.json`, or ship `chat_template.jinja`.
    Limits: whether the template is the one trained on cannot be told; whether it is safe is a security check's question.
    Source: transformers documentation, chat templates; Jiang et al., ICSE 2023, Table III: model application.
    """
    if tokenizer.template:
        where = Location(tokenizer.template_path)
        return verified(f"A chat template of {len(tokenizer.template):,} characters.", Evidence("chat template", where))
    generates = any(name.endswith("ForCausalLM") for name in config.architectures)
    if not generates or _CHAT_WORDS.isdisjoint(token.lower() for token in identity.tokens):
        return _NOT_CHAT
    return _MISSING
