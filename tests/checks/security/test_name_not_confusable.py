from __future__ import annotations

import pytest

from weighbridge.checks.security.name_not_confusable import name_not_confusable
from weighbridge.facts.identity import identity_of
from weighbridge.model import ModelRef, Origin, State


def state(name: str) -> State:
    outcome = name_not_confusable.function(identity_of(ModelRef(Origin.HUB, name)))
    return outcome.state


@pytest.mark.parametrize(
    "name",
    ["0penai/clip-vit-large-patch14", "open-ai/clip-vit-large-patch14", "opena1/clip-vit-large-patch14",
     "micros0ft/deberta-base", "rnicrosoft/deberta-base", "microsft/deberta-base", "facebok/bart-large-mnli",
     "sentence_transformers/all-MiniLM-L6-v2", "micorsoft/deberta-base"],
)  # fmt: skip
def test_look_alikes_are_told(name: str) -> None:
    assert state(name) is State.CONTRADICTED


@pytest.mark.parametrize(
    "name",
    ["openai/clip-vit-large-patch14", "microsoft/deberta-base", "alice/deberta-base", "microsoft/phi-9", "alice/bert"],
)
def test_honest_names_are_not(name: str) -> None:
    assert state(name) is State.VERIFIED


def test_a_folder_has_no_owner() -> None:
    assert state("my-model") is State.NOT_APPLICABLE
