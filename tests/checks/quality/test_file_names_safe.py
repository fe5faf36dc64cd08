from __future__ import annotations

import pytest

from tests.checks.support import (
    manifest,
)
from weighbridge.checks.quality.file_names_safe import file_names_safe
from weighbridge.model import (
    Severity,
    State,
)


@pytest.mark.parametrize(
    "name", ["model.safetensors", "docs/übersicht.md", "模型/config.json", "a b.txt", ".gitattributes"]
)
def test_plain_names(name: str) -> None:
    assert file_names_safe.function(manifest(name)).state is State.VERIFIED


@pytest.mark.parametrize(
    "name",
    [
        "a\x1b[2J.bin",
        "a\nb.bin",
        "gpj.\u202efdp.exe",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a\\b",
        "C:x",
        "a\u200bb",
        "a//b",
    ],
)
def test_hostile_names(name: str) -> None:
    outcome = file_names_safe.function(manifest("README.md", name))
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, None)
    assert "1 of 2" in outcome.message
    assert outcome.message.isprintable()


@pytest.mark.parametrize("name", ["part:two.bin", "aux.txt", "what?.md", "trailing./x", "com1"])
def test_names_that_windows_cannot_store(name: str) -> None:
    assert file_names_safe.function(manifest(name)).severity is Severity.LOW


def test_no_files() -> None:
    assert file_names_safe.function(manifest()).state is State.NOT_APPLICABLE
