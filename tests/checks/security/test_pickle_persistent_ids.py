"""SE004: objects asked for by id."""

from __future__ import annotations

import pytest

from tests.checks.security.pickled import alarms, name, pickled, states, text, zipped
from weighbridge.model import Severity, State

MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(text("key"), b"Q"), MEDIUM),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE004") == severity


def test_what_does_not_is_verified() -> None:
    assert (
        states(
            zipped(
                {
                    "archive/data.pkl": pickled(
                        b"(", text("storage"), name("torch.FloatStorage"), text("0"), text("cpu"), b"K\1tQ"
                    )
                }
            ),
            "model.pt",
        )["SE004"]
        is State.VERIFIED
    )


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE004"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE004"] in (State.UNKNOWN, State.CONTRADICTED)
