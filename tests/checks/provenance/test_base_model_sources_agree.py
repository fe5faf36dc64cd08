from __future__ import annotations

import pytest

from tests.checks.support import (
    lineage,
    parent,
)
from weighbridge.checks.provenance.base_model_sources_agree import base_model_sources_agree
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Severity,
    State,
)


def both(card_says: str, adapter_says: str) -> Lineage:
    return lineage(parent(card_says), parent(adapter_says, "/base_model_name_or_path", "adapter"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme/Base", "acme/base"),
        ("meta-llama/Meta-Llama-3-8B", "unsloth/llama-3-8b-bnb-4bit"),
        ("gpt2", "openai/gpt2"),
    ],
)
def test_the_same_model(one: str, other: str) -> None:
    assert base_model_sources_agree.function(both(one, other)).state is State.VERIFIED


def test_another_model() -> None:
    outcome = base_model_sources_agree.function(both("mistralai/Mistral-7B-v0.1", "tiiuae/falcon-40b"))
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, None)
    assert "tiiuae/falcon-40b" in outcome.message
    near = base_model_sources_agree.function(both("meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b-chat-hf"))
    assert (near.state, near.severity) == (State.CONTRADICTED, Severity.LOW)


def test_one_source_alone() -> None:
    assert base_model_sources_agree.function(lineage(parent("acme/base"))).state is State.NOT_APPLICABLE
    assert (
        base_model_sources_agree.function(lineage(parent("acme/base"), parent("acme/old", "/_name_or_path"))).state
        is State.NOT_APPLICABLE
    )
