"""Scans made by hand, for tests of the checks that judge them."""

from __future__ import annotations

from typing import Any

from weighbridge.checks.contract import Check
from weighbridge.facts.scan import FileScan, Observation, Scan
from weighbridge.model import Location, Outcome, Severity, State


def observed(kind: str, subject: str = "", path: str = "model.bin", **details: Any) -> Observation:
    """Return an observation; `count` goes into the count."""
    count = details.pop("count", 1)
    return Observation(kind, subject, f"does {subject or kind}", Location(path), count, details)


def scan_of(*observations: Observation, scanners: tuple[str, ...] = (), incomplete: str = "") -> Scan:
    """Return the scan of one file, looked at by these scanners."""
    return Scan((FileScan("model.bin", scanners, observations, incomplete),))


def judged(check: Check, *observations: Observation, **more: Any) -> list[Outcome]:
    """Return a check's outcomes on one file."""
    result = check.function(scan_of(*observations, **more))
    return [result] if isinstance(result, Outcome) else list(result)


def severity(check: Check, kind: str, subject: str = "", **details: Any) -> Severity | None:
    """Return how grave a check takes one observation; None when it does not mind it."""
    (outcome,) = judged(check, observed(kind, subject, **details), scanners=("any",))
    return outcome.severity if outcome.state is State.CONTRADICTED else None
