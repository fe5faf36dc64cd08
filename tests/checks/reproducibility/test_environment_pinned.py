from __future__ import annotations

from weighbridge.checks.reproducibility.environment_pinned import environment_pinned
from weighbridge.facts.environment import Environment, Requirement
from weighbridge.model import State

PINNED = Requirement("torch", "==2.1.0", "2.1.0")
LOOSE = Requirement("numpy", ">=1.20")


def test_no_requirements_no_question() -> None:
    assert environment_pinned.function(Environment()).state is State.NOT_APPLICABLE


def test_all_pinned_verifies() -> None:
    assert environment_pinned.function(Environment(requirements=(PINNED,))).state is State.VERIFIED


def test_none_pinned_is_missing() -> None:
    assert environment_pinned.function(Environment(requirements=(LOOSE,))).state is State.MISSING


def test_the_share_pinned_is_the_grade() -> None:
    outcome = environment_pinned.function(Environment(requirements=(PINNED, LOOSE)))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, 0.5)
    assert "1 of 2" in outcome.message
