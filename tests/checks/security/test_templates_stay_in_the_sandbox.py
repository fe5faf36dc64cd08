from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.templates_stay_in_the_sandbox import templates_stay_in_the_sandbox as asked
from weighbridge.model import Severity

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("template.dunder", "__class__", CRITICAL),
        ("template.attr", "attr", CRITICAL),
        ("template.import", "include", HIGH),
        ("template.function", "popen", HIGH),
        ("template.function", "weekday", MEDIUM),
        ("template.computed", "subscript", MEDIUM),
        ("template.exhaustion", "range", MEDIUM),
        ("template.unparsable", "", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
