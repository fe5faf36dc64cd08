"""PT042: today's version of the library can load the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_LOADABLE = (".safetensors", ".bin", ".gguf")
_DROPPED = {".h5": "TensorFlow", ".msgpack": "Flax"}
_NOT_TRANSFORMERS = not_applicable("The model is not one for transformers.")


@check(code="PT042", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def current_library_loads(config: Config, manifest: Manifest) -> Outcome:
    """Today's version of the library can load the model.

    What it asks: whether a transformers model has weights other than TensorFlow's and Flax's.
    Why it matters: transformers 5 loads PyTorch weights only; a TensorFlow- or Flax-only repository needs an old version.
    Evidence: `model_type` in the configuration; extensions of the weight files.
    Remedy: convert the weights once with transformers 4 and publish them as safetensors.
    Limits: as of transformers 5.23 (2026); whether the architecture itself is still supported is not told.
    Source: transformers 5 migration guide.
    """
    if not config.model_type or not manifest.weights:
        return _NOT_TRANSFORMERS
    suffixes = {file.suffix for file in manifest.weights}
    if suffixes.isdisjoint(_LOADABLE):
        old = next((file for file in manifest.weights if file.suffix in _DROPPED), None)
        if old is None:
            return _NOT_TRANSFORMERS
        return contradicted(
            f"Only {_DROPPED[old.suffix]} weights: transformers 5 cannot load them.",
            Evidence(old.path, Location(old.path)),
            remedy="Convert the weights once with transformers 4 and publish them as safetensors.",
        )
    return verified("The weights are in a format that current transformers loads.")
