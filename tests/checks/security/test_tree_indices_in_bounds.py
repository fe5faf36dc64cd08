from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.tree_indices_in_bounds import tree_indices_in_bounds as asked
from weighbridge.model import Severity

MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("tree.index", "xgboost", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
