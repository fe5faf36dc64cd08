from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.tensor_files_hold_tensors import tensor_files_hold_tensors as asked
from weighbridge.model import Severity

MEDIUM, LOW = Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("safetensors.hole", "hole", MEDIUM),
        ("safetensors.trailing", "trailing", MEDIUM),
        ("safetensors.header", "header", MEDIUM),
        ("safetensors.padding", "hole", LOW),
        ("safetensors.cut", "cut", LOW),
        ("gguf.malformed", "", LOW),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
