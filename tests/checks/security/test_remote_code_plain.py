from __future__ import annotations

from tests.checks.security.closures import closure
from weighbridge.checks.security.remote_code_plain import remote_code_plain
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Severity, State


def test_no_code_no_question() -> None:
    assert remote_code_plain.function(CodeClosure())[0].state is State.NOT_APPLICABLE


def test_plain_code_verifies() -> None:
    assert remote_code_plain.function(closure(purpose=Purpose.LOADING))[0].state is State.VERIFIED


def test_an_attack_is_told_with_its_place() -> None:
    (outcome,) = remote_code_plain.function(closure("python.decoded-code", Purpose.LOADING))
    assert outcome.state is State.CONTRADICTED
    assert outcome.severity is not None
    assert outcome.severity >= Severity.HIGH
    assert "m.py:1" in outcome.message
    assert outcome.subject == "m.py"
