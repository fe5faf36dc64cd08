from __future__ import annotations

from weighbridge.checks.portability.several_frameworks import several_frameworks
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_no_weights_no_question() -> None:
    assert several_frameworks.function(files("README.md")).state is State.NOT_APPLICABLE


def test_two_formats_of_one_framework_are_one() -> None:
    outcome = several_frameworks.function(files("pytorch_model.bin", "model.safetensors"))
    assert outcome.state is State.MISSING
    assert "PyTorch" in outcome.message


def test_three_frameworks_are_all_one_can_ask_for() -> None:
    outcome = several_frameworks.function(files("pytorch_model.bin", "model.onnx", "tf_model.h5"))
    assert (outcome.state, outcome.grade) == (State.VERIFIED, 1.0)
    assert "ONNX Runtime, PyTorch, TensorFlow" in outcome.message
