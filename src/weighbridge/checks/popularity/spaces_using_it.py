"""PO005: how many applications on the registry use the model."""

from __future__ import annotations

import math

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)
from weighbridge.model.units import plural

_UNTOLD = not_applicable("The registry's record does not say how many applications use the model.")
_NONE = missing("No application on the registry uses the model.", remedy="Publish a demonstration that uses the model.")
_MOST = 2


@check(code="PO005", attribute=Attribute.POPULARITY, factor=Factor.DEPENDENTS, severity=Severity.LOW)
def spaces_using_it(registry: Registry) -> Outcome:
    """How many applications on the registry use the model.

    What it asks: the Spaces that use the model, graded by their logarithm: a hundred give all.
    Why it matters: an application that runs shows that the model can be used.
    Evidence: the registry's list of Spaces.
    Remedy: publish a demonstration that uses the model.
    Limits: copies of one Space count each; the registry may list only some of them.
    Source: Jiang et al., ICSE 2023, Table I: popularity (dependents).
    """
    count = registry.spaces
    if count is None:
        return _UNTOLD
    if not count:
        return _NONE
    return verified(f"Used by {plural(count, 'Space')}.", grade=min(1.0, math.log10(1 + count) / _MOST))
