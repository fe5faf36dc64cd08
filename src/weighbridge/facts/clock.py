"""The day of the audit, so that ages are facts like any other and a report can be made again."""

from __future__ import annotations

import datetime

import msgspec


class Clock(msgspec.Struct, frozen=True):
    """The day against which ages are told."""

    today: datetime.date
