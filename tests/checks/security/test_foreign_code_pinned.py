from __future__ import annotations

from weighbridge.checks.security.foreign_code_pinned import foreign_code_pinned
from weighbridge.facts.code import Code, RemoteCode
from weighbridge.model import Location, State


def code(*targets: str) -> Code:
    return Code(remote=tuple(RemoteCode(target, Location("config.json", pointer="/auto_map")) for target in targets))


def test_no_code_no_question() -> None:
    assert foreign_code_pinned.function(Code()).state is State.NOT_APPLICABLE


def test_own_code_verifies() -> None:
    assert foreign_code_pinned.function(code("modeling_x.XModel")).state is State.VERIFIED


def test_another_repositorys_code_is_named() -> None:
    outcome = foreign_code_pinned.function(code("modeling_x.XModel", "eve/tools--modeling.Evil"))
    assert outcome.state is State.CONTRADICTED
    assert "eve/tools--modeling.Evil" in outcome.message
