"""PO004: how many models were made from this one."""

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

_UNTOLD = not_applicable("The registry's record does not say how many models were made from this one.")
_NONE = missing("No other model names this one as its base.", remedy="Show in the card how to build on the model.")
_MOST = 3


@check(code="PO004", attribute=Attribute.POPULARITY, factor=Factor.DEPENDENTS, severity=Severity.MEDIUM)
def models_built_on_it(registry: Registry) -> Outcome:
    """How many models were made from this one.

    What it asks: the models that name this one as their base, graded by their logarithm: a thousand give all.
    Why it matters: who builds on a model has looked at it closely, and found it good enough.
    Evidence: the registry's count of children.
    Remedy: show in the card how to build on the model.
    Limits: many derivatives do not name their base model, and one person may push hundreds.
    Source: Jiang et al., ICSE 2023, Table I: popularity (dependents); Figure 6.
    """
    count = registry.children
    if count is None:
        return _UNTOLD
    if not count:
        return _NONE
    return verified(f"Made from it: {plural(count, 'model')}.", grade=min(1.0, math.log10(1 + count) / _MOST))
