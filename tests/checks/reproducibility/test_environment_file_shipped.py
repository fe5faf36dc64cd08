from __future__ import annotations

from weighbridge.checks.reproducibility.environment_file_shipped import environment_file_shipped
from weighbridge.facts.environment import Environment
from weighbridge.model import State


def test_nothing_is_missing() -> None:
    assert environment_file_shipped.function(Environment()).state is State.MISSING


def test_a_file_verifies() -> None:
    outcome = environment_file_shipped.function(Environment(files=("requirements.txt", "Dockerfile")))
    assert outcome.state is State.VERIFIED
    assert "requirements.txt" in outcome.message
