"""SE006: broken streams and carried pickles."""

from __future__ import annotations

import base64
import gzip
import pickle
import zlib

import pytest

from tests.checks.security.pickled import alarms, blob, call, name, pickled, states, text
from weighbridge.model import Severity, State

HIGH = Severity.HIGH
MEDIUM = Severity.MEDIUM
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


def test_without_pickles_there_is_nothing_to_ask() -> None:
    assert states(b"just prose\n", "README.md")["SE006"] is State.NOT_APPLICABLE


def test_what_was_not_read_to_its_end_is_not_known() -> None:
    assert states(pickled(b"N")[:-1] + b"N." * 20_000)["SE006"] in (State.UNKNOWN, State.CONTRADICTED)
