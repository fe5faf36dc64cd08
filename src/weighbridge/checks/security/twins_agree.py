"""SE043: the same weights in two formats are the same."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Format,
    Inspection,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_PICKLED = (Format.PYTORCH_ZIP, Format.PYTORCH_LEGACY)
_NO_TWINS = not_applicable("The weights are not there both as safetensors and as a PyTorch pickle.")


@check(code="SE043", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM)
def twins_agree(weights: Weights) -> Outcome:
    """The same weights in two formats are the same.

    What it asks: whether `model.safetensors` and `pytorch_model.bin` of one folder hold tensors of the same names and shapes.
    Why it matters: one is scanned and reviewed, the other is loaded; a clean twin beside a changed one is a known disguise.
    Evidence: both tensor inventories.
    Remedy: convert one from the other again, or drop the pickle.
    Limits: tied tensors may be stored once or twice; only shapes of tensors in both count, and at least half must be in both.
        Values are not compared here.
    Source: this project's threat catalogue, "clean twin beside a dirty one".
    """
    pair = _pair(weights)
    if pair is None:
        return _NO_TWINS
    safe, pickled = pair
    ours = {tensor.name: tensor.shape for tensor in safe.tensors}
    theirs = {tensor.name: tensor.shape for tensor in pickled.tensors}
    shared = ours.keys() & theirs.keys()
    differing = sorted(name for name in shared if ours[name] != theirs[name])
    if not differing and len(shared) * 2 >= min(len(ours), len(theirs)):
        return verified(f"{safe.path} and {pickled.path} agree on {len(shared)} tensors.")
    reason = (
        f"{differing[0]} is {list(ours[differing[0]])} in one and {list(theirs[differing[0]])} in the other"
        if differing
        else f"only {len(shared)} of {len(ours)} names are in both"
    )
    return contradicted(
        f"{safe.path} and {pickled.path} are not the same model: {reason}.",
        Evidence(reason, Location(pickled.path)),
        claim=Claim("two formats of one model", Location(safe.path)),
        remedy="Convert one from the other again, or drop the pickle.",
    )


def _pair(weights: Weights) -> tuple[Inspection, Inspection] | None:
    """Return the root's single-file twins, when both have an inventory."""
    named = {i.path: i for i in weights.inspections if i.tensors}
    safe, pickled = named.get("model.safetensors"), named.get("pytorch_model.bin")
    return (safe, pickled) if safe and pickled and pickled.format in _PICKLED else None
