"""SE051: the registry has verified who the owner is."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Factor, Outcome, Severity, missing, not_applicable, verified

_NO_REGISTRY = not_applicable("No registry stands behind these files.")
_UNTOLD = not_applicable("The owner is no organisation, or its verification was not asked for.")


@check(code="SE051", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.LOW)
def owner_verified(registry: Registry | None) -> Outcome:
    """The registry has verified who the owner is.

    What it asks: whether the model belongs to an organisation that the registry has verified.
    Why it matters: names of organisations can be imitated; a verified one was shown to own its domain.
    Evidence: the registry's overview of the organisation.
    Remedy: ask the registry to verify the organisation.
    Limits: verification says who publishes, not that the model is good.
    Source: Jiang et al., ICSE 2023, Table IV: 199 of 6,243 organisations (3.19 %) were verified.
    """
    if registry is None:
        return _NO_REGISTRY
    if registry.owner_is_verified is None:
        return _UNTOLD
    if not registry.owner_is_verified:
        return missing(
            f"The registry has not verified {registry.author or 'the owner'}.",
            remedy="Ask the registry to verify the organisation.",
        )
    return verified(f"The registry has verified {registry.author}.")
