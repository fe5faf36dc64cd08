from __future__ import annotations

from typing import Any

import pytest

from tests.checks.identities import identity
from tests.checks.support import (
    config,
)
from weighbridge.checks.provenance.architecture_as_named import architecture_as_named
from weighbridge.model import (
    Severity,
    State,
)


def named(name: str, kind: str) -> Any:
    return identity(name, architecture=kind)


@pytest.mark.parametrize(
    ("word", "configured"),
    [("bert", "bert"), ("xlm-roberta", "roberta"), ("t5", "mt5"), ("bert", "visual_bert"), ("llama", "mistral")],
)
def test_the_same_or_kin_is_verified(word: str, configured: str) -> None:
    assert (
        architecture_as_named.function(named(f"a/{word}-x", word), config(model_type=configured)).state
        is State.VERIFIED
    )


def test_a_nested_model_counts() -> None:
    held = config(model_type="vision-encoder-decoder", encoder={"model_type": "vit"})
    assert architecture_as_named.function(named("a/vit-captions", "vit"), held).state is State.VERIFIED
    assert architecture_as_named.function(named("a/swin-captions", "swin"), held).state is State.NOT_APPLICABLE


def test_another_architecture_contradicts() -> None:
    outcome = architecture_as_named.function(named("a/t5-small", "t5"), config(model_type="gpt2"))
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, None)
    assert outcome.message == "The name says t5; the configuration says gpt2."


def test_bert_is_also_a_familys_name() -> None:
    assert (
        architecture_as_named.function(named("a/indic-bert", "bert"), config(model_type="albert")).severity
        is Severity.LOW
    )


def test_silence() -> None:
    assert architecture_as_named.function(identity("a/b"), config(model_type="bert")).state is State.NOT_APPLICABLE
    assert architecture_as_named.function(named("a/bert", "bert"), config()).state is State.NOT_APPLICABLE
