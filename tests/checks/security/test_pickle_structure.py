"""SE003: names put together, reached through, changed."""

from __future__ import annotations

import pytest

from tests.checks.security.pickled import alarms, name, pickled, states, text
from weighbridge.model import Severity, State

CRITICAL = Severity.CRITICAL
HIGH = Severity.HIGH


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(name("a.b"), b"(tR)R"), CRITICAL),
        (pickled(b"N", text("system"), b"\x93"), CRITICAL),
        (pickled(text("torch"), text("serialization.os.system"), b"\x93"), CRITICAL),
        (pickled(name("numpy.size"), b"}", text("__builtins__"), b"Nsb"), CRITICAL),
        (pickled(name("sys.modules"), text("x"), b"Ns"), CRITICAL),
        (pickled(b"\x82\x07"), HIGH),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE003") == severity


def test_what_does_not_is_verified() -> None:
    assert states(pickled(name("numpy.log1p")), "model.pt")["SE003"] is State.VERIFIED


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE003"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE003"] in (State.UNKNOWN, State.CONTRADICTED)
