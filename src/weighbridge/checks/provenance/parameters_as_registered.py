"""PV003: the weights hold as many parameters as the registry shows."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sizes import size_of
from weighbridge.facts.registry import Registry
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Depth,
    Evidence,
    Factor,
    Format,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)
from weighbridge.model.units import count_text

_NO_COUNT = not_applicable("No registry counts the parameters of this model.")
_NOT_LOOKED_AT = unknown("The weights were not looked at.", depth=Depth.HEADERS)
_NO_SAFETENSORS = not_applicable("The registry counts safetensors files; these weights are stored otherwise.")


@check(code="PV003", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.LOW)
def parameters_as_registered(registry: Registry | None, weights: Weights | None) -> Outcome:
    """The weights hold as many parameters as the registry shows.

    What it asks: whether the registry's parameter count is that of the tensors.
    Why it matters: people filter and compare models by the number on the page.
    Evidence: the registry's count by dtype; the tensor inventory of the safetensors files.
    Remedy: push the weights again, so that the registry counts them anew, or report it to the registry.
    Limits: quantised weights are counted by the registry in its own way and not compared.
    Source: Hugging Face Hub API, `safetensors.parameters`; this project.
    """
    if registry is None or not registry.parameters:
        return _NO_COUNT
    if weights is None:
        return _NOT_LOOKED_AT
    if not weights.model or any(i.format is not Format.SAFETENSORS for i in weights.model):
        return _NO_SAFETENSORS
    size = size_of(weights, None)
    if isinstance(size, str):
        return unknown(f"The registry counts {count_text(sum(registry.parameters.values()))}; {size}.")
    shown = sum(registry.parameters.values())
    message = f"The registry counts {shown:,} parameters; the files hold {size.total:,}."
    evidence = Evidence(f"tensor inventory: {size.total:,} elements", Location(weights.model[0].path))
    if 0.99 * shown <= size.total <= 1.01 * shown:
        return verified(message, evidence, claim=Claim(f"{shown:,} parameters on the registry's page"))
    return contradicted(
        message,
        evidence,
        claim=Claim(f"{shown:,} parameters on the registry's page"),
        remedy="Push the weights again, so that the registry counts them anew.",
        confidence=Confidence.MEDIUM,
    )
