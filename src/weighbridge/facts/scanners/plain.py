"""Content in which nothing acts: prose, pictures, tables, plain numbers. It was looked at, and there is nothing to observe."""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject


def scan(_subject: Subject) -> Iterable[Observation]:
    """Yield nothing."""
    return ()
