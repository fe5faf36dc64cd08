"""PT041: the model can be used from more than one framework."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, not_applicable, verified
from weighbridge.model.units import plural

# safetensors is read by all of them, but holds one framework's layout: it counts as that of PyTorch.
_FRAMEWORKS = {
    ".safetensors": "PyTorch",
    ".bin": "PyTorch",
    ".pt": "PyTorch",
    ".pth": "PyTorch",
    ".h5": "TensorFlow",
    ".keras": "Keras",
    ".pb": "TensorFlow",
    ".msgpack": "Flax",
    ".onnx": "ONNX Runtime",
    ".tflite": "LiteRT",
    ".gguf": "llama.cpp",
    ".mlmodel": "Core ML",
    ".ot": "rust-bert",
    ".joblib": "scikit-learn",
}
_NONE = not_applicable("There are no weight files.")


@check(code="PT041", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.LOW)
def several_frameworks(manifest: Manifest) -> Outcome:
    """The model can be used from more than one framework.

    What it asks: for how many frameworks the repository holds weights.
    Why it matters: a model in one framework's format only has to be converted before another can use it.
    Evidence: extensions of the weight files.
    Remedy: export the model to ONNX, or publish it for a second framework.
    Limits: told by extension; whether the variants are the same model is another check's question.
    Source: Jiang et al., ICSE 2023, Table I: framework support (3 of 12 participants).
    """
    if not manifest.weights:
        return _NONE
    frameworks = sorted({_FRAMEWORKS[f.suffix] for f in manifest.weights if f.suffix in _FRAMEWORKS})
    if len(frameworks) < 2:
        only = frameworks[0] if frameworks else "an unrecognised format"
        return missing(
            f"Weights for one framework only: {only}.",
            remedy="Export the model to ONNX, or publish it for a second framework.",
        )
    return verified(
        f"Weights for {', '.join(frameworks)}.", Evidence(plural(len(manifest.weights), "weight file")),
        grade=min(1.0, len(frameworks) / 3),
    )  # fmt: skip
