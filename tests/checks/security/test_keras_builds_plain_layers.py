from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.keras_builds_plain_layers import keras_builds_plain_layers as asked
from weighbridge.model import Severity

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("keras.lambda", "Lambda", CRITICAL),
        ("keras.foreign", "os.system", CRITICAL),
        ("keras.foreign", "numpy.load", CRITICAL),
        ("keras.foreign", "my.layers.Layer", MEDIUM),
        ("keras.name", "exec", CRITICAL),
        ("keras.name", "relu", None),
        ("keras.custom", "mine>Layer", LOW),
        ("keras.gadget", "get_file", CRITICAL),
        ("keras.file", "/etc/passwd", HIGH),
        ("keras.file", "../x", HIGH),
        ("keras.file", "http://x", HIGH),
        ("keras.file", "vocab.txt", MEDIUM),
        ("keras.function", "keras.saving.x", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected


def test_a_lambda_of_a_named_function_is_less_grave() -> None:
    assert severity(asked, "keras.lambda", "Lambda", bytecode=False) == HIGH
