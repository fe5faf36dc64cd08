"""The day of the audit, so that ages are facts like any other and a report can be made again."""

from __future__ import annotations

import datetime

import msgspec

from weighbridge.facts.engine import Facts


class Clock(msgspec.Struct, frozen=True):
    """The day against which ages are told."""

    today: datetime.date


def read_clock(facts: Facts) -> Clock:
    """Return the day the audit was asked for."""
    return Clock(facts.as_of)
