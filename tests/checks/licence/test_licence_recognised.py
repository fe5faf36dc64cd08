from __future__ import annotations

import pytest

from tests.checks.support import (
    licence,
)
from weighbridge.checks.licence.licence_recognised import licence_recognised
from weighbridge.model import (
    State,
)


def test_one_exact_licence() -> None:
    outcome = licence_recognised.function(licence("apache-2.0"))
    assert (outcome.state, outcome.message) == (State.VERIFIED, "“apache-2.0” stands for Apache-2.0.")


@pytest.mark.parametrize("identifier", ["other", "gpl", "cc", "my own licence"])
def test_an_open_identifier_is_missing_its_licence(identifier: str) -> None:
    outcome = licence_recognised.function(licence(identifier))
    assert outcome.state is State.MISSING
    assert identifier in outcome.message


def test_an_own_licence_is_explained_by_name_and_link() -> None:
    whole = licence_recognised.function(licence("other", name="acme-1.0", link="LICENSE"))
    half = licence_recognised.function(licence("other", name="acme-1.0"))
    assert (whole.state, whole.grade) == (State.CLAIMED, None)
    assert (half.state, half.grade) == (State.CLAIMED, 0.5)


def test_none() -> None:
    assert licence_recognised.function(licence()).state is State.NOT_APPLICABLE
