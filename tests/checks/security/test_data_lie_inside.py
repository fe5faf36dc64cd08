from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.data_lie_inside import data_lie_inside as asked
from weighbridge.model import Severity

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("external.outside", "../x", HIGH),
        ("external.address", "http://x", MEDIUM),
        ("external.range", "w", MEDIUM),
        ("external.beside", "other.h5", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
