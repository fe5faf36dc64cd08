"""MA021: a verified organisation stands behind the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)

_UNTOLD = not_applicable("The registry does not say whether an organisation stands behind the model.")
_MISSING_REMEDY = "Publish under an organisation, and have it verified."


@check(code="MA021", attribute=Attribute.MAINTENANCE, factor=Factor.MAINTAINERS, severity=Severity.LOW)
def owner_is_organisation(registry: Registry | None) -> Outcome:
    """A verified organisation stands behind the model.

    What it asks: whether the registry has verified the organisation that owns the model.
    Why it matters: an organisation outlasts a person's interest, and can be held to its word.
    Evidence: the registry's overview of the owner.
    Remedy: publish under an organisation, and have it verified.
    Limits: a person may maintain a model better than an organisation.
    Source: Jiang et al., ICSE 2023, Table IV: 199 of 6,243 organisations (3.19 %) were verified.
    """
    if registry is None or registry.owner_is_verified is None:
        return _UNTOLD
    owner = registry.author or "the owner"
    if registry.owner_is_verified:
        return verified(f"{owner} is a verified organisation.", Evidence(owner))
    return missing(f"{owner} is not a verified organisation.", remedy=_MISSING_REMEDY)
