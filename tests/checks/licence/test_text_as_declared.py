from __future__ import annotations

import pytest

from tests.checks.support import (
    licence,
    manifest,
)
from weighbridge.checks.licence.text_as_declared import text_as_declared
from weighbridge.facts.licence import LicenceText
from weighbridge.model import (
    Depth,
    Severity,
    State,
)


def text(key: str, path: str = "LICENSE", similarity: float = 0.99) -> LicenceText:
    return LicenceText(path, key, similarity, True)


@pytest.mark.parametrize(
    ("identifier", "key"), [("mit", "MIT"), ("gpl-3.0", "GPL-3.0-or-later"), ("MIT OR Apache-2.0", "Apache-2.0")]
)
def test_the_text_is_that_of_the_declared_licence(identifier: str, key: str) -> None:
    assert text_as_declared.function(licence(identifier, texts=(text(key),)), None).state is State.VERIFIED


def test_another_text() -> None:
    outcome = text_as_declared.function(licence("mit", texts=(text("Apache-2.0"),)), None)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, None)
    assert "LICENSE is the text of Apache-2.0" in outcome.message
    vague = text_as_declared.function(licence("mit", texts=(text("Apache-2.0", similarity=0.8),)), None)
    assert vague.severity is Severity.MEDIUM


def test_one_agreeing_file_at_the_root_is_enough() -> None:
    held = licence("mit", texts=(text("Apache-2.0", "LICENSE-APACHE"), text("MIT", "LICENSE-MIT")))
    assert text_as_declared.function(held, None).state is State.VERIFIED
    below = licence("mit", texts=(text("MIT"), text("GPL-3.0-only", "third_party/COPYING")))
    assert text_as_declared.function(below, None).state is State.VERIFIED


def test_left_open() -> None:
    unread = text_as_declared.function(licence("mit"), manifest("LICENSE"))
    strange = text_as_declared.function(licence("mit", texts=(text(""),)), None)
    assert (unread.state, unread.severity, unread.depth) == (State.UNKNOWN, Severity.MEDIUM, Depth.CARD)
    assert (strange.state, strange.severity) == (State.UNKNOWN, Severity.MEDIUM)


def test_nothing_to_compare() -> None:
    assert text_as_declared.function(licence("mit"), manifest("a")).state is State.NOT_APPLICABLE
    assert text_as_declared.function(licence("other", texts=(text("MIT"),)), None).state is State.NOT_APPLICABLE
