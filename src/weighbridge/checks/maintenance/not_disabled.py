"""MA005: the registry has not taken the model down."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NOT_TOLD = not_applicable("No registry stands behind the files, or it does not say whether the model is disabled.")
_ENABLED = verified("The registry has not disabled the model.")


@check(code="MA005", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.HIGH)
def not_disabled(registry: Registry | None) -> Outcome:
    """The registry has not taken the model down.

    What it asks: whether the registry lists the model as disabled.
    Why it matters: registries disable what breaks the law or their terms; it may be gone tomorrow.
    Evidence: `disabled` in the registry's record.
    Remedy: settle with the registry what led to it.
    Limits: the registry does not say why.
    Source: Hugging Face Hub API, `disabled`; this project.
    """
    if registry is None or registry.disabled is None:
        return _NOT_TOLD
    if not registry.disabled:
        return _ENABLED
    return contradicted(
        "The registry has disabled the model.",
        Evidence("disabled: true"),
        claim=Claim("a published model"),
        remedy="Settle with the registry what led to it.",
    )
