"""SE001: what loading calls."""

from __future__ import annotations

import pytest

from tests.checks.security.pickled import alarms, blob, call, name, pickled, states, text
from weighbridge.model import Severity, State

CRITICAL = Severity.CRITICAL
HIGH = Severity.HIGH
MEDIUM = Severity.MEDIUM


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(call("os.getcwd")), CRITICAL),
        (pickled(call("never_heard_of.load", text("x"))), CRITICAL),
        (pickled(call("never_heard_of.Thing")), MEDIUM),
        (pickled(call("__main__.Thing")), MEDIUM),
        (pickled(call("numpy.f2py.crackfortran.getlincoef", text("1"), b"]")), HIGH),
        (pickled(call("torch.hub.load", text("x"))), CRITICAL),
        (pickled(call("sklearn.utils.subprocess.Popen", text("x"))), CRITICAL),
        (pickled(call("functools.partial", name("os.getcwd"))), CRITICAL),
        (pickled(call("collections.defaultdict", name("os.getcwd"))), CRITICAL),
        (pickled(call("copyreg.__newobj__", name("subprocess.Popen"), text("x"))), CRITICAL),
        (pickled(call("builtins.getattr", name("sklearn.base.BaseEstimator"), text("__init__"))), CRITICAL),
        (pickled(call("_codecs.encode", text("bf"), text("rot13"))), HIGH),
        (pickled(call("torch.storage._load_from_bytes", blob(b"PK\3\4" + bytes(40)))), CRITICAL),
        (pickled(call("builtins.type", text("X"), b")", b"}")), CRITICAL),
        (b"c__builtin__\nexecfile\n(S'x'\ntR.", CRITICAL),
        (b"ccommands\ngetoutput\n(S'x'\ntR.", CRITICAL),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE001") == severity


def test_what_does_not_is_verified() -> None:
    assert states(pickled(call("collections.OrderedDict")), "model.pt")["SE001"] is State.VERIFIED


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE001"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE001"] in (State.UNKNOWN, State.CONTRADICTED)
