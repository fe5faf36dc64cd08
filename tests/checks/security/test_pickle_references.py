"""SE002: what pickles only refer to."""

from __future__ import annotations

import pytest

from tests.checks.security.pickled import alarms, name, pickled, states
from weighbridge.model import Severity, State

HIGH = Severity.HIGH
MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(name("os.getcwd")), HIGH),
        (pickled(name("antigravity.fly")), HIGH),
        (pickled(name("torch.serialization.os")), HIGH),
        (pickled(name("never_heard_of.thing")), MEDIUM),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE002") == severity


def test_what_does_not_is_verified() -> None:
    assert states(pickled(name("numpy.log1p")), "model.pt")["SE002"] is State.VERIFIED


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE002"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE002"] in (State.UNKNOWN, State.CONTRADICTED)
