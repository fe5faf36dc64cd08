from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.archives_unpack_safely import archives_unpack_safely as asked
from weighbridge.model import Severity

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("archive.traversal", "../x", HIGH),
        ("archive.device", "null", HIGH),
        ("archive.bomb", "x", MEDIUM),
        ("archive.prefix", "prefix", MEDIUM),
        ("archive.gap", "gap", MEDIUM),
        ("archive.trailing", "trailing", MEDIUM),
        ("archive.irregular", "x", LOW),
        ("archive.broken", "gzip", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
