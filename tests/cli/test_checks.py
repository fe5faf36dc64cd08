"""`weighbridge checks`, on the real checks."""

from __future__ import annotations

import json

import pytest

from weighbridge.checks.catalogue import CHECKS
from weighbridge.cli.main import run

Captured = pytest.CaptureFixture[str]


def test_all_checks_are_listed(capsys: Captured) -> None:
    assert run(["checks"]) == 0
    shown = capsys.readouterr().out
    assert [check.code for check in CHECKS if check.code not in shown] == []
    assert run(["checks", "list", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(CHECKS)


def test_some_checks_are_listed(capsys: Captured) -> None:
    assert run(["checks", "list", "--select", "portability", "--format", "markdown"]) == 0
    shown = capsys.readouterr().out
    assert "PT044" in shown
    assert "RP001" not in shown
    assert run(["checks", "list", "--select", "ZZ"]) == 2
    assert "'ZZ'" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["terminal", "json", "markdown"])
@pytest.mark.parametrize("name", ["PT044", "pt044", "context-length-as-claimed"])
def test_a_check_is_explained_by_code_or_name(name: str, form: str, capsys: Captured) -> None:
    assert run(["checks", "show", name, "--format", form]) == 0
    assert "PT044" in capsys.readouterr().out


def test_a_mistyped_check_is_guessed(capsys: Captured) -> None:
    assert run(["checks", "show", "PT444"]) == 2
    assert "Did you mean PT044?" in capsys.readouterr().err
