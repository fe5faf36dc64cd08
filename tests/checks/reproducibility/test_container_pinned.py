from __future__ import annotations

import pytest

from weighbridge.checks.reproducibility.container_pinned import container_pinned
from weighbridge.facts.environment import Environment
from weighbridge.model import State


def test_no_container_no_question() -> None:
    assert container_pinned.function(Environment()).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("image", ["python", "python:latest", "registry:5000/team/python"])
def test_a_moving_image_is_missing_a_pin(image: str) -> None:
    assert container_pinned.function(Environment(images=("nvidia/cuda:12.1", image))).state is State.MISSING


def test_a_tag_is_half_a_pin() -> None:
    assert container_pinned.function(Environment(images=("python:3.11-slim",))).grade == 0.5


def test_a_digest_is_a_whole_one() -> None:
    assert container_pinned.function(Environment(images=(f"python@sha256:{'a' * 64}",))).grade == 1.0
