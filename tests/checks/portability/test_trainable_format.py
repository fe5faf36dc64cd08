from __future__ import annotations

from weighbridge.checks.portability.trainable_format import trainable_format
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_no_weights_no_question() -> None:
    assert trainable_format.function(files("README.md")).state is State.NOT_APPLICABLE


def test_inference_formats_only_are_missing_the_original() -> None:
    outcome = trainable_format.function(files("model.gguf", "model.onnx"))
    assert outcome.state is State.MISSING
    assert len(outcome.evidence) == 2


def test_original_weights_verify() -> None:
    assert trainable_format.function(files("model.onnx", "pytorch_model.bin")).state is State.VERIFIED
