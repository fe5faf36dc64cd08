from __future__ import annotations

from weighbridge.checks.security.owner_verified import owner_verified
from weighbridge.facts.registry import Registry
from weighbridge.model import State


def test_no_registry_or_no_organisation_no_question() -> None:
    assert owner_verified.function(None).state is State.NOT_APPLICABLE
    assert owner_verified.function(Registry(author="ann")).state is State.NOT_APPLICABLE


def test_both_answers_name_the_owner() -> None:
    unverified = owner_verified.function(Registry(author="acme", owner_is_verified=False))
    verified = owner_verified.function(Registry(author="acme", owner_is_verified=True))
    assert (unverified.state, verified.state) == (State.MISSING, State.VERIFIED)
    assert "acme" in unverified.message
    assert "acme" in verified.message
