"""SE006: broken streams and carried pickles."""

from __future__ import annotations

import base64
import gzip
import pickle
import zlib

import pytest

from tests.checks.security.pickled import alarms, blob, call, name, outcomes, pickled, states, text
from weighbridge.model import Severity, State

HIGH = Severity.HIGH
LOW, MEDIUM = Severity.LOW, Severity.MEDIUM
PAYLOAD = pickled(call("os.getcwd"))


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (pickled(name("collections.OrderedDict"), b")R")[:-1], MEDIUM),
        (pickled(b"N0\x80\x04N"), MEDIUM),
        (pickled(blob(PAYLOAD)), HIGH),
        (pickled(text(base64.b64encode(PAYLOAD).decode())), HIGH),
        (pickled(text(base64.urlsafe_b64encode(zlib.compress(PAYLOAD)).decode())), HIGH),
        (pickled(text(base64.b64encode(b"cos\ngetcwd\n(tR.").decode())), HIGH),
        (pickled(blob(zlib.compress(PAYLOAD))), HIGH),
        (pickled(blob(gzip.compress(PAYLOAD, mtime=0))), HIGH),
        (pickled(*[blob(pickle.dumps(list(range(n)), 4)) + b"0" for n in range(300)], blob(PAYLOAD)), HIGH),
        (pickled(text(PAYLOAD.hex())), HIGH),
        (pickled(text(PAYLOAD.decode("latin-1"))), HIGH),
        (pickled(blob(pickled(blob(pickled(blob(PAYLOAD)))))), HIGH),
    ],
)
def test_what_acts_is_told(data: bytes, severity: Severity) -> None:
    assert alarms(data).get("SE006") == severity


def test_what_does_not_is_verified() -> None:
    assert states(pickled(b"N"), "model.pt")["SE006"] is State.VERIFIED


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (b"\x80\x04\x95\x05" + bytes(7) + b"cjunkos\nsystem\n.", MEDIUM),
        (b"\x80\x04\x95\x08" + bytes(7) + b"N." + b"\xff" * 6 + b"N.", LOW),
    ],
)
def test_frames_on_which_readers_disagree(data: bytes, severity: Severity) -> None:
    found = [outcome for code, outcome in outcomes(data) if code == "SE006"]
    assert [o.severity for o in found if "frame" in o.message or "STOP" in o.message] == [severity]


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE006"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE006"] in (State.UNKNOWN, State.CONTRADICTED)
