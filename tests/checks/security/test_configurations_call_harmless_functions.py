from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.configurations_call_harmless_functions import (
    configurations_call_harmless_functions as asked,
)
from weighbridge.model import Severity

CRITICAL, HIGH, LOW = Severity.CRITICAL, Severity.HIGH, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("config.target", "os.system", CRITICAL),
        ("config.target", "builtins.eval", CRITICAL),
        ("config.target", "torch.load", HIGH),
        ("config.target", "torch.serialization.os.system", CRITICAL),
        ("config.target", "hydra.utils.get_method", HIGH),
        ("config.target", "torch.nn.Linear", None),
        ("config.target", "nemo.collections.asr.models.Model", None),
        ("config.target", "mine.models.Net", LOW),
        ("config.target", "mine.models.os.system", CRITICAL),
        ("config.target", "torch.nn.Module.__init__.__globals__", CRITICAL),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
