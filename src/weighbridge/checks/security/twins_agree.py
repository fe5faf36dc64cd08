"""SE043: the same weights in two formats are the same."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.twins import Side, Twin, Twins, pairs_of
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Format,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NO_TWINS = not_applicable("No model of this repository is there in two formats.")
_REMEDY = "Convert one from the other again, or drop the pickle."
# Exporting to a graph renames, transposes and folds tensors; only where the names were kept can they be compared.
_EXPORTED = frozenset({Format.ONNX, Format.KERAS, Format.HDF5, Format.FLAX_MSGPACK})


@check(code="SE043", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM, version=2)
def twins_agree(weights: Weights, twins: Twins | None) -> Outcome:
    """The same weights in two formats are the same.

    What it asks: whether files of the same name in two formats (`model.safetensors` and `pytorch_model.bin`, also shards, ONNX, Flax,
        Keras and NumPy) hold tensors of the same names and shapes and, at full depth, the same numbers.
    Why it matters: one is scanned and reviewed, the other is loaded; a clean twin beside a changed one is a known disguise.
    Evidence: both tensor inventories; every byte of the tensors of the same name and shape.
    Remedy: convert one from the other again, or drop the pickle.
    Limits: tied tensors may be stored once or twice; only tensors in both count, and at least half must be in both. In exported
        formats most tensors have other names and cannot be compared. Of tensors in different precisions the first 65,536 numbers
        are compared, to the coarser one's precision; what is stored column by column, or quantised, is not.
    Source: this project's threat catalogue, "clean twin beside a dirty one".
    """
    compared = {(twin.one, twin.other): twin for twin in twins.pairs} if twins is not None else {}
    judged = [_judge(one, other, compared.get((one.path, other.path))) for one, other in pairs_of(weights)]
    outcomes = [outcome for outcome in judged if outcome is not None]
    if not outcomes:
        return _NO_TWINS
    broken = [outcome for outcome in outcomes if outcome.remedy]
    if broken:
        return max(broken, key=lambda outcome: outcome.severity or Severity.MEDIUM)
    return outcomes[0]


def _judge(one: Side, other: Side, twin: Twin | None) -> Outcome | None:
    """Return what two files are to each other; None where nothing can be compared."""
    ours, theirs = one.shapes, other.shapes
    shared = ours.keys() & theirs.keys()
    is_exported = bool({one.format, other.format} & _EXPORTED)
    differing = sorted(name for name in shared if ours[name] != theirs[name])
    has_few = len(shared) * 2 < min(len(ours), len(theirs))
    if (is_exported and (differing or not twin or not twin.compared)) or (has_few and not one.is_standard):
        return None
    if differing or (has_few and not is_exported):
        reason = (
            f"{differing[0]} is {list(ours[differing[0]])} in one and {list(theirs[differing[0]])} in the other"
            if differing
            else f"only {len(shared)} of {len(ours)} names are in both"
        )
        return _different(one, other, reason)
    if twin is not None and twin.differing_count:
        reason = (
            f"{twin.differing_count} of {twin.compared} tensors hold other numbers, the first is {twin.differing[0]}"
        )
        return _different(one, other, reason, Severity.LOW if is_exported else None)
    return verified(f"{one.path} and {other.path} agree on {_agreement(len(shared), twin)}.")


def _agreement(shared: int, twin: Twin | None) -> str:
    if twin is None or not twin.compared:
        return f"the shapes of {shared} tensors; their numbers were not compared"
    left = f"; {twin.left} could not be compared" if twin.left else ""
    return f"the numbers of {twin.compared} tensors{left}"


def _different(one: Side, other: Side, reason: str, severity: Severity | None = None) -> Outcome:
    return contradicted(
        f"{one.path} and {other.path} are not the same model: {reason}.",
        Evidence(reason, Location(other.path)),
        claim=Claim("two formats of one model", Location(one.path)),
        remedy=_REMEDY,
        severity=severity,
        confidence=Confidence.LOW if severity is Severity.LOW else Confidence.HIGH,
    )
