from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.formats_can_be_proven_safe import formats_can_be_proven_safe as asked
from weighbridge.model import Severity

MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("opaque.format", "TensorRT engine", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
