from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.graph_stays_in_itself import graph_stays_in_itself as asked
from weighbridge.model import Severity

CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("tensorflow.python", "PyFunc", CRITICAL),
        ("tensorflow.file", "WriteFile", HIGH),
        ("tensorflow.network", "RpcCall", HIGH),
        ("tensorflow.reader", "LoadDataset", MEDIUM),
        ("tensorflow.print", "PrintV2", MEDIUM),
        ("tensorflow.custom", "Evil", MEDIUM),
        ("tflite.flex", "WriteFile", HIGH),
        ("tflite.flex", "PyFunc", CRITICAL),
        ("tflite.flex", "Erf", None),
        ("tflite.custom", "ReadFile", HIGH),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
