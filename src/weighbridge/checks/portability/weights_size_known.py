"""PT002: how much memory the weights take is known."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    not_applicable,
    unknown,
    verified,
)
from weighbridge.model.units import count_text, size_text

_NO_WEIGHTS = not_applicable("There are no weights whose memory could be told.")


@check(code="PT002", attribute=Attribute.PORTABILITY, factor=Factor.HARDWARE_SPECIFICATION, severity=Severity.MEDIUM)
def weights_size_known(weights: Weights) -> Outcome:
    """How much memory the weights take is known.

    What it asks: whether the tensor inventory gives the bytes that the weights take once loaded as they are stored.
    Why it matters: it is the floor of the memory that running the model takes, and needs nobody's word.
    Evidence: shapes and dtypes of all tensors, read from the headers.
    Remedy: publish the weights in a format with a readable inventory, such as safetensors.
    Limits: activations, caches and the framework come on top.
    Source: Jiang et al., ICSE 2023, Table I: hardware specification.
    """
    if not weights.inspections:
        return _NO_WEIGHTS if not weights.skipped else unknown("No weight file could be read.")
    stored = sum(tensor.nbytes for inspection in weights.model for tensor in inspection.tensors)
    if not stored:
        return unknown("The weight files have no readable tensor inventory.")
    precisions = ", ".join(weights.dtypes)
    places = (Evidence(i.format, Location(i.path)) for i in weights.model[:3])
    return verified(
        f"The weights take {size_text(stored)}: {count_text(weights.parameters or 0)} parameters in {precisions}.",
        *places,
    )
