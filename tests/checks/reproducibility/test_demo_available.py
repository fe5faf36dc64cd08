from __future__ import annotations

from weighbridge.checks.reproducibility.demo_available import demo_available
from weighbridge.facts.code import Code
from weighbridge.facts.registry import Registry
from weighbridge.model import State


def test_nothing_is_missing() -> None:
    assert demo_available.function(Code(), None).state is State.MISSING
    assert demo_available.function(Code(), Registry(spaces=0)).state is State.MISSING


def test_a_notebook_is_a_claim() -> None:
    outcome = demo_available.function(Code(demos=("demo.ipynb",)), None)
    assert outcome.state is State.CLAIMED
    assert "demo.ipynb" in outcome.message


def test_spaces_verify() -> None:
    assert demo_available.function(Code(), Registry(spaces=12)).state is State.VERIFIED
