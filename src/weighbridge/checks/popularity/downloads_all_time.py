"""PO002: how often the model was ever downloaded."""

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

_UNTOLD = not_applicable("The registry's record does not give the downloads of all time.")
_NONE = missing("The model was never downloaded.", remedy="Tell those who could use the model that it is there.")
_MOST = 7


@check(code="PO002", attribute=Attribute.POPULARITY, factor=Factor.DOWNLOADS, severity=Severity.LOW)
def downloads_all_time(registry: Registry) -> Outcome:
    """How often the model was ever downloaded.

    What it asks: the downloads of all time, graded by their logarithm: ten million give all.
    Why it matters: it evens out what one month shows, and tells a lasting model from a fashion.
    Evidence: the registry's count, where it gives one.
    Remedy: tell those who could use the model that it is there.
    Limits: not every interface of the registry gives the count; older downloads were counted by other rules.
    Source: Hugging Face Hub API, `downloadsAllTime`.
    """
    count = registry.downloads_all_time
    if count is None:
        return _UNTOLD
    if not count:
        return _NONE
    return verified(f"{count:,} downloads of all time.", grade=min(1.0, math.log10(1 + count) / _MOST))
