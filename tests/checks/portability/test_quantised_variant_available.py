from __future__ import annotations

from weighbridge.checks.portability.quantised_variant_available import quantised_variant_available
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_full_weights_only_are_missing_a_variant() -> None:
    assert quantised_variant_available.function(files("model.safetensors", "quantize_notes.md")).state is State.MISSING


def test_a_variant_is_told_by_its_name() -> None:
    assert quantised_variant_available.function(files("model.Q4_K_M.gguf")).state is State.CLAIMED
    assert (
        quantised_variant_available.function(files("onnx/model_int8.onnx", "model.safetensors")).state is State.CLAIMED
    )
