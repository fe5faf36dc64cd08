"""PT051: the weights come in a format that can be trained further."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)

_TRAINABLE = frozenset(
    {".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".keras", ".msgpack", ".index", ".npz", ".joblib", ".pkl"}
)
_NONE = not_applicable("There are no weight files.")


@check(code="PT051", attribute=Attribute.PORTABILITY, factor=Factor.FINE_TUNING_INSTRUCTIONS, severity=Severity.MEDIUM)
def trainable_format(manifest: Manifest) -> Outcome:
    """The weights come in a format that can be trained further.

    What it asks: whether there are weights other than in formats made for inference only.
    Why it matters: ONNX, GGUF, LiteRT or Core ML files can hardly be fine-tuned.
    Evidence: extensions of the weight files.
    Remedy: publish the original weights as well, or link them as `base_model`.
    Limits: quantised weights in a trainable format may need a special method.
    Source: Jiang et al., ICSE 2023, Table III: model flexibility.
    """
    if not manifest.weights:
        return _NONE
    path = next((file.path for file in manifest.weights if file.suffix in _TRAINABLE), "")
    if path:
        return verified(f"{path} can be trained further.", Evidence(path, Location(path)))
    return missing(
        "Only formats made for inference.",
        *(Evidence(file.path, Location(file.path)) for file in manifest.weights[:3]),
        remedy="Publish the original weights as well, or link them as `base_model`.",
    )
