from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.torchscript_stays_in_itself import torchscript_stays_in_itself as asked
from weighbridge.model import Severity

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("torchscript.file", "torch.from_file", HIGH),
        ("torchscript.custom", "torch.classes.x.Y", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
