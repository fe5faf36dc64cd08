from __future__ import annotations

from weighbridge.checks.reproducibility.framework_versions_stated import framework_versions_stated
from weighbridge.facts.environment import Environment
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert framework_versions_stated.function(Environment()).state is State.MISSING


def test_versions_are_a_claim() -> None:
    outcome = framework_versions_stated.function(Environment(versions={"transformers": "4.40.0", "torch": "2.1"}))
    assert outcome.state is State.CLAIMED
    assert "torch 2.1, transformers 4.40.0" in outcome.message
