"""PO001: how often the model was downloaded in the last 30 days."""

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

_UNTOLD = unknown("The registry's record does not say how often the model was downloaded.")
_NONE = missing(
    "Nobody downloaded the model in the last 30 days.", remedy="Tell those who could use the model that it is there."
)
# A million a month is as popular as it gets: 1,461 models of 2023 had more than 10,000.
_MOST = 6


@check(code="PO001", attribute=Attribute.POPULARITY, factor=Factor.DOWNLOADS, severity=Severity.MEDIUM)
def downloads(registry: Registry) -> Outcome:
    """How often the model was downloaded in the last 30 days.

    What it asks: the downloads of the last 30 days, graded by their logarithm: 1,000 give a half, a million all.
    Why it matters: what many use has been tried by many, and its faults are more likely to be known.
    Evidence: the registry's count.
    Remedy: tell those who could use the model that it is there.
    Limits: downloads are counted by the registry's own rules, repeated by build servers, and can be driven up.
    Source: Jiang et al., ICSE 2023, Table I: popularity; Figure 1.
    """
    count = registry.downloads
    if count is None:
        return _UNTOLD
    if not count:
        return _NONE
    grade = min(1.0, math.log10(1 + count) / _MOST)
    return verified(f"{count:,} downloads in the last 30 days.", grade=grade)
