from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.yaml_builds_no_objects import yaml_builds_no_objects as asked
from weighbridge.model import Severity

CRITICAL, HIGH, LOW = Severity.CRITICAL, Severity.HIGH, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("yaml.foreign", "javax.script.ScriptEngineManager", Severity.MEDIUM),
        ("yaml.object-apply", "os.system", CRITICAL),
        ("yaml.object-new", "subprocess.Popen", CRITICAL),
        ("yaml.object", "mine.Class", LOW),
        ("yaml.object-apply", "torch.device", None),
        ("yaml.object-apply", "pathlib.PosixPath", None),
        ("yaml.object", "argparse.Namespace", None),
        ("yaml.name", "os.system", HIGH),
        ("yaml.module", "subprocess", HIGH),
        ("yaml.tuple", "tuple", None),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
