from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.skops_rebuilds_known_types import skops_rebuilds_known_types as asked
from weighbridge.model import Severity

CRITICAL, LOW = Severity.CRITICAL, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("skops.OperatorFuncNode", "operator.methodcaller", CRITICAL),
        ("skops.MethodNode", "builtins.str", CRITICAL),
        ("skops.MethodNode", "sklearn.svm.SVC", None),
        ("skops.FunctionNode", "os.system", CRITICAL),
        ("skops.TypeNode", "builtins.str", None),
        ("skops.ObjectNode", "sklearn.svm.SVC", None),
        ("skops.ObjectNode", "mine.Estimator", LOW),
        ("skops.NdArrayNode", "numpy.ndarray", None),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
