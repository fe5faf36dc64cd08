from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.metadata_hold_no_code import metadata_hold_no_code as asked
from weighbridge.model import Severity

MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("metadata.script", "curl ", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
