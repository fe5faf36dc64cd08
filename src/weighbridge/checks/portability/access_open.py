"""PT061: the model can be had without asking."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Factor, Outcome, Severity, missing, not_applicable, unknown, verified

_NO_REGISTRY = not_applicable("No registry stands behind these files.")
_OPEN = verified("Anyone can download the model.")
_AUTOMATIC = missing(
    "Gated: terms have to be accepted, and a token used, before downloading.",
    remedy="Accept the terms on the model's page, then log in with a token.",
)
_MANUAL = missing(
    "Gated: the publisher grants access one by one.",
    remedy="Ask for access on the model's page; plan for waiting, or choose another model.",
)
_PRIVATE = missing("Private: only its owner's members can download it.", remedy="Ask the owner for access.")
_UNTOLD = unknown("The registry's record does not say whether the model is gated.")


@check(code="PT061", attribute=Attribute.PORTABILITY, factor=Factor.LICENCE, severity=Severity.LOW)
def access_open(registry: Registry | None) -> Outcome:
    """The model can be had without asking.

    What it asks: whether the repository is neither private nor gated.
    Why it matters: builds, containers and colleagues need the token and the accepted terms too.
    Evidence: `private` and `gated` in the registry's record.
    Remedy: accept the terms on the model's page, then log in with a token.
    Limits: the terms themselves are not read here.
    Source: Hugging Face Hub documentation, gated models; Jiang et al., ICSE 2023, Table I: licence.
    """
    if registry is None:
        return _NO_REGISTRY
    if registry.private:
        return _PRIVATE
    if registry.gated == "manual":
        return _MANUAL
    if registry.gated:
        return _AUTOMATIC
    return _OPEN if registry.gated is False or registry.private is False else _UNTOLD
