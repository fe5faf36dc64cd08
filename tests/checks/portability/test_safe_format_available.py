from __future__ import annotations

from weighbridge.checks.portability.safe_format_available import safe_format_available
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_no_weights_no_question() -> None:
    assert safe_format_available.function(files("README.md")).state is State.NOT_APPLICABLE


def test_pickles_only_are_missing_a_safe_format() -> None:
    outcome = safe_format_available.function(files("pytorch_model.bin", "README.md"))
    assert outcome.state is State.MISSING
    assert "pytorch_model.bin" in outcome.message


def test_safetensors_verifies() -> None:
    assert safe_format_available.function(files("pytorch_model.bin", "model.safetensors")).state is State.VERIFIED
