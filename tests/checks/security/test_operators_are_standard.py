from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.operators_are_standard import operators_are_standard as asked
from weighbridge.model import Severity

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("onnx.python", "ai.onnx.contrib::PyOp", HIGH),
        ("onnx.python", "ai.onnx.contrib::BertTokenizer", None),
        ("tflite.custom", "TFLite_Detection_PostProcess", None),
        ("tflite.custom", "ParseExampleV2", None),
        ("tflite.custom", "Evil", MEDIUM),
        ("coreml.custom", "EvilLayer", MEDIUM),
        ("openvino.custom", "extension::Evil", MEDIUM),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected


@pytest.mark.parametrize(
    ("domain", "expected"), [("com.microsoft", None), ("org.pytorch.aten", None), ("evil", MEDIUM)]
)
def test_domains(domain: str, expected: Severity | None) -> None:
    assert severity(asked, "onnx.custom", f"{domain}::Op", domain=domain) == expected
