from __future__ import annotations

import pytest

from weighbridge.checks.security.requirements_not_confusable import requirements_not_confusable
from weighbridge.facts.environment import Environment, Requirement
from weighbridge.model import State


def state(*names: str) -> State:
    return requirements_not_confusable.function(Environment(requirements=tuple(map(Requirement, names)))).state


def test_no_requirements_no_question() -> None:
    assert state() is State.NOT_APPLICABLE


@pytest.mark.parametrize("name", ["trnasformers", "transfomers", "reqeusts", "huggingface-hubb"])
def test_slips_are_told(name: str) -> None:
    assert state("torch", name) is State.CONTRADICTED


def test_popular_and_unlike_names_are_not() -> None:
    assert state("transformers", "scikit_learn", "numpy", "my-package", "dataset", "tensorflow-gpu") is State.VERIFIED
