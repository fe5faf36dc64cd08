from __future__ import annotations

from weighbridge.checks.security.tags_by_trusted_signers import tags_by_trusted_signers
from weighbridge.facts.committers import Committers
from weighbridge.model import Outcome, Signature, State, Vouch


def judge(*vouches: Vouch) -> Outcome:
    tags = tuple(Signature("a" * 40, vouch, "ann", name=f"v{number}") for number, vouch in enumerate(vouches))
    outcome: Outcome = tags_by_trusted_signers.function(Committers(True, (), tags))
    return outcome


def test_nobody_named_or_no_tag_is_no_question() -> None:
    assert tags_by_trusted_signers.function(Committers()).state is State.NOT_APPLICABLE
    assert judge().state is State.NOT_APPLICABLE


def test_the_share_of_trusted_tags_is_the_grade() -> None:
    outcome = judge(Vouch.TRUSTED, Vouch.UNSIGNED)
    assert (outcome.state, outcome.grade) == (State.VERIFIED, 0.5)


def test_no_trusted_tag_is_a_gap_and_a_forged_one_contradicts() -> None:
    assert judge(Vouch.UNSIGNED, Vouch.STRANGER).state is State.MISSING
    assert judge(Vouch.TRUSTED, Vouch.MISNAMED).state is State.CONTRADICTED
    assert judge(Vouch.BAD).state is State.CONTRADICTED
