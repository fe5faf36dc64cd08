"""QU039: copies in several formats have the same size."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)
from weighbridge.model.units import count_text

_ONE = not_applicable("The model's folder holds the weights in one format alone.")
_NAMES = {
    "model.safetensors": "safetensors", "pytorch_model.bin": "PyTorch", "flax_model.msgpack": "Flax", "tf_model.h5": "Keras HDF5",
    "rust_model.ot": "Rust", "model.onnx": "ONNX",
}  # fmt: skip


@check(code="QU039", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def formats_agree(weights: Weights) -> Outcome:
    """Copies in several formats have the same size.

    What it asks: whether the same model in two formats has about the same number of parameters.
    Why it matters: who loads the other format gets another model than the one that was measured.
    Evidence: the tensor inventories of the standard weight files of one folder.
    Remedy: convert all formats from the same weights again, or remove the outdated ones.
    Limits: tied layers and buffers may be stored in one format and not in another, so counts may differ by half; quantised
        copies are left out.
    Source: Jiang et al., ICSE 2023, Table III: discrepancies; this project.
    """
    held = [i for i in weights.inspections if i.path in _NAMES and i.parameters and not i.quantisation and i.complete]
    if len(held) < 2:
        return _ONE
    smallest, largest = min(held, key=lambda i: i.parameters), max(held, key=lambda i: i.parameters)
    told = ", ".join([f"{i.path} {count_text(i.parameters)}" for i in held])
    if largest.parameters <= 1.5 * smallest.parameters:
        return verified(f"The copies agree: {told}.", *[Evidence(f"{i.parameters:,}", Location(i.path)) for i in held])
    return contradicted(
        f"The copies differ: {told}.",
        *[Evidence(f"{i.parameters:,} parameters", Location(i.path)) for i in held],
        claim=Claim("one model in several formats", Location(largest.path)),
        remedy="Convert all formats from the same weights again, or remove the outdated ones.",
        confidence=Confidence.MEDIUM,
    )
