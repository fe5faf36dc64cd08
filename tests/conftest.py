"""Fixtures that every test may use."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.hub.server import LoopbackHub

# Machines that build differ in speed and share their cores: how long an example takes to draw or run says nothing about it.
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=500)
# The same examples on every run, so that a change is judged by what it changes; `make fuzz` looks for new ones.
settings.register_profile("weighbridge", settings.get_profile("random"), derandomize=True, max_examples=100)
settings.load_profile("weighbridge")

CHECKOUT = pathlib.Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """The folder of real data sets; `WEIGHBRIDGE_DATA` says where it is. Skips where it is absent."""
    folder = pathlib.Path(os.environ.get("WEIGHBRIDGE_DATA", CHECKOUT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no data folder at {folder}: set WEIGHBRIDGE_DATA to run this test")
    return folder


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    """A Hub on the loopback device, empty at first."""
    with LoopbackHub() as running:
        yield running


@pytest.fixture(scope="session")
def shared_licence() -> str:
    """Return the text of the Apache License, as this project ships it."""
    return (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
