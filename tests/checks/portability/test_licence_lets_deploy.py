from __future__ import annotations

from weighbridge.checks.portability.licence_lets_deploy import licence_lets_deploy
from weighbridge.facts.licence import Licence, Term
from weighbridge.model import State


def declared(identifier: str, key: str) -> Licence:
    return Licence(declared=(Term(identifier, key),))


def test_no_licence_is_missing() -> None:
    assert licence_lets_deploy.function(Licence()).state is State.MISSING


def test_an_unlisted_licence_is_unknown() -> None:
    assert licence_lets_deploy.function(declared("other", "")).state is State.UNKNOWN
    assert licence_lets_deploy.function(declared("mine", "LicenseRef-mine")).state is State.UNKNOWN


def test_what_a_licence_allows_is_the_grade() -> None:
    permissive = licence_lets_deploy.function(declared("apache-2.0", "Apache-2.0"))
    non_commercial = licence_lets_deploy.function(declared("cc-by-nc-4.0", "CC-BY-NC-4.0"))
    assert permissive.state is non_commercial.state is State.CLAIMED
    assert permissive.grade == 1.0
    assert non_commercial.grade == 0.25
    assert "allows commercial use" in permissive.message
    assert "forbids commercial use" in non_commercial.message
