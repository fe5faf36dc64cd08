from __future__ import annotations

from weighbridge.checks.security.every_file_scanned import every_file_scanned
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.model import Outcome, Severity, State


def outcomes(*files: FileScan) -> list[Outcome]:
    result = every_file_scanned.function(Scan(files))
    return [result] if isinstance(result, Outcome) else list(result)


def test_all_scanned_is_verified() -> None:
    (outcome,) = outcomes(FileScan("a"), FileScan("b"))
    assert outcome.state is State.VERIFIED


def test_every_file_that_was_not_is_open_by_itself() -> None:
    first, second = outcomes(FileScan("a", incomplete="broken", is_model=True), FileScan("b", incomplete="odd"))
    assert (first.state, first.subject, first.severity) == (State.UNKNOWN, "a", Severity.HIGH)
    assert (second.state, second.subject, second.severity) == (State.UNKNOWN, "b", Severity.LOW)
    assert "broken" in first.message
