from __future__ import annotations

from tests.checks.support import (
    licence,
    manifest,
    term,
)
from weighbridge.checks.licence.licence_declared import licence_declared
from weighbridge.facts.licence import Licence, LicenceText
from weighbridge.model import (
    State,
)


def test_declared() -> None:
    outcome = licence_declared.function(licence("mit"), None)
    assert (outcome.state, outcome.message, outcome.grade) == (State.CLAIMED, "Licence: mit.", None)


def test_named_elsewhere_alone() -> None:
    tagged = licence_declared.function(Licence(others=(term("mit"),)), None)
    shipped = licence_declared.function(Licence(texts=(LicenceText("LICENSE", "MIT", 1.0, True),)), manifest("LICENSE"))
    assert (tagged.state, tagged.grade) == (State.CLAIMED, 0.6)
    assert (shipped.state, shipped.evidence[0].text) == (State.CLAIMED, "MIT")
    assert licence_declared.function(Licence(), manifest("LICENSE")).state is State.CLAIMED


def test_silence() -> None:
    assert licence_declared.function(Licence(), manifest("a.bin")).state is State.MISSING


def test_a_placeholder_is_no_licence() -> None:
    assert licence_declared.function(Licence(others=(term("UNKNOWN"),)), None).state is State.MISSING
