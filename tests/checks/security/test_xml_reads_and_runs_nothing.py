from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.xml_reads_and_runs_nothing import xml_reads_and_runs_nothing as asked
from weighbridge.model import Severity

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("xml.entity", "x", HIGH),
        ("xml.library", "x.so", HIGH),
        ("xml.code", "code", MEDIUM),
        ("xml.internal-entity", "l", MEDIUM),
        ("xml.doctype", "PMML", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
