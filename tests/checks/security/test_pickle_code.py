"""SE005: code that pickles carry."""

from __future__ import annotations

import pytest

from tests.checks.security.pickled import alarms, blob, call, pickled, states, text
from weighbridge.model import Severity, State

CRITICAL = Severity.CRITICAL


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(call("dill._dill._create_code", blob(b"x"))), CRITICAL),
        (pickled(call("cloudpickle.cloudpickle._make_function", b"N")), CRITICAL),
        (pickled(call("types.CodeType", b"N")), CRITICAL),
        (pickled(call("torch.fx.graph_module.reduce_graph_module", b"}", text(""))), CRITICAL),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE005") == severity


def test_what_does_not_is_verified() -> None:
    assert states(pickled(call("collections.OrderedDict")), "model.pt")["SE005"] is State.VERIFIED


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE005"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE005"] in (State.UNKNOWN, State.CONTRADICTED)
