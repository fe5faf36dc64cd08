"""PO003: how many people like the model."""

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
    unknown,
    verified,
)

_UNTOLD = unknown("The registry's record does not say how many people like the model.")
_NONE = missing("Nobody has liked the model yet.", remedy="Ask users to like the model when it serves them.")
_MOST = 3


@check(code="PO003", attribute=Attribute.POPULARITY, factor=Factor.LIKES, severity=Severity.MEDIUM)
def likes(registry: Registry) -> Outcome:
    """How many people like the model.

    What it asks: the likes, graded by their logarithm: 31 give a half, a thousand all.
    Why it matters: a like is given by a person, unlike a download.
    Evidence: the registry's count.
    Remedy: ask users to like the model when it serves them.
    Limits: likes say that somebody heard of the model, not that it works; they can be bought.
    Source: Jiang et al., ICSE 2023, Table I: popularity.
    """
    count = registry.likes
    if count is None:
        return _UNTOLD
    if not count:
        return _NONE
    people = "1 person likes" if count == 1 else f"{count:,} people like"
    return verified(f"{people} the model.", grade=min(1.0, math.log10(1 + count) / _MOST))
