from __future__ import annotations

import pytest

from tests.checks.security.scans import severity
from weighbridge.checks.security.loaders_are_known import loaders_are_known as asked
from weighbridge.model import Severity

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        ("mlflow.loader-module", "mlflow.sklearn", None),
        ("mlflow.loader-module", "os", HIGH),
        ("mlflow.loader-module", "mine", MEDIUM),
        ("modules.type", "sentence_transformers.models.Pooling", None),
        ("modules.type", "os.system", CRITICAL),
        ("modules.type", "evilpkg.run", CRITICAL),
        ("modules.type", "acme.Pooling", MEDIUM),
        ("mlflow.python-model", "python_model.pkl", LOW),
        ("mlflow.code", "code", LOW),
        ("mlflow.code", "../../code", MEDIUM),
        ("mlflow.model-code-path", "/opt/code.py", MEDIUM),
        ("spacy.registered", "spacy.Tagger.v2", None),
        ("spacy.registered", "Adam.v1", None),
        ("spacy.registered", "mine.Tagger.v1", LOW),
        ("spacy.registered", "builtins.exec", HIGH),
    ],
)
def test_gravity(kind: str, subject: str, expected: Severity | None) -> None:
    assert severity(asked, kind, subject) == expected
