from __future__ import annotations

from weighbridge.checks.portability.container_shipped import container_shipped
from weighbridge.facts.environment import Environment
from weighbridge.model import State


def test_nothing_is_missing() -> None:
    assert container_shipped.function(Environment(files=("requirements.txt",))).state is State.MISSING


def test_a_base_image_verifies() -> None:
    assert "python:3.11" in container_shipped.function(Environment(images=("python:3.11",))).message
