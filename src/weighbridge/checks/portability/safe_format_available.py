"""PT040: the weights come in a format that every framework can read without running code."""

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

_DATA_ONLY = (".safetensors", ".gguf", ".onnx", ".tflite", ".msgpack", ".npz", ".xml", ".mlmodel")
_NONE = not_applicable("There are no weight files.")


@check(code="PT040", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def safe_format_available(manifest: Manifest) -> Outcome:
    """The weights come in a format that every framework can read without running code.

    What it asks: whether at least one weight file is in a data-only format.
    Why it matters: pickled weights tie the model to one framework and its version, and loading them can run code.
    Evidence: names of the weight files.
    Remedy: publish the weights as safetensors as well.
    Limits: told by name here; contents are judged by other checks.
    Source: Casey et al., 2024, PickleBall (arXiv 2508.15987): 44.9 % of popular models still need pickle.
    """
    if not manifest.weights:
        return _NONE
    safe = next((file.path for file in manifest.weights if file.suffix in _DATA_ONLY), "")
    if safe:
        return verified(f"{safe} can be read without running code.", Evidence(safe, Location(safe)))
    path = manifest.weights[0].path
    return missing(
        f"Only formats that can run code or need one framework, such as {path}.",
        Evidence(path, Location(path)),
        remedy="Publish the weights as safetensors as well.",
    )
