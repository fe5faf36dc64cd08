"""Fixtures for everything that reads repositories."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.hub.server import LoopbackHub
from weighbridge.sources.options import SourceOptions


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own token, cache and offline switch out of the tests."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "home"))


@pytest.fixture
def options(hub: LoopbackHub, tmp_path: Path) -> SourceOptions:
    """Settings that reach the loopback Hub, with an empty cache, and never wait."""
    return SourceOptions(endpoint=hub.endpoint, cache=tmp_path / "cache", max_wait=0.0, timeout=5.0)
