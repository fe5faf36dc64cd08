"""Python files: what their code could do."""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import python_code
from weighbridge.facts.scanners.subject import Subject


def scan(subject: Subject) -> Iterable[Observation]:
    """Yield what the code could do. Raises `FormatError` for what is no Python, `LimitExceeded` for too much."""
    return python_code.scan(subject.text(), subject.job.path, member=subject.member or None)
