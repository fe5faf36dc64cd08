from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.no_native_executables import no_native_executables as asked
from weighbridge.model import Severity

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("executable.hidden", "elf", HIGH),
        ("executable.elf", "elf", MEDIUM),
        ("executable.in-tensor", "elf", MEDIUM),
        ("executable.script", "script", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected


def test_where_it_lies_decides() -> None:
    assert severity(asked, "executable.elf", "elf", container="torch") == HIGH
    assert severity(asked, "executable.script", "script", container="gap") == MEDIUM
    assert severity(asked, "executable.ape", "ape", name="model.llamafile") == LOW
