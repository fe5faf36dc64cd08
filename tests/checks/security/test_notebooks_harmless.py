from __future__ import annotations

from tests.checks.security.closures import closure
from weighbridge.checks.security.notebooks_harmless import notebooks_harmless
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Severity, State


def test_no_code_no_question() -> None:
    assert notebooks_harmless.function(CodeClosure())[0].state is State.NOT_APPLICABLE


def test_plain_code_verifies() -> None:
    assert notebooks_harmless.function(closure(purpose=Purpose.NOTEBOOK))[0].state is State.VERIFIED


def test_an_attack_is_told_with_its_place() -> None:
    (outcome,) = notebooks_harmless.function(closure("shell.attack", Purpose.NOTEBOOK))
    assert outcome.state is State.CONTRADICTED
    assert outcome.severity is not None
    assert outcome.severity >= Severity.HIGH
    assert "m.py:1" in outcome.message
    assert outcome.subject == "m.py"
