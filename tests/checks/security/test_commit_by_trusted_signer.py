from __future__ import annotations

import pytest

from weighbridge.checks.security.commit_by_trusted_signer import commit_by_trusted_signer
from weighbridge.facts.committers import Committers
from weighbridge.model import Severity, Signature, State, Vouch


def commits(*vouches: Vouch) -> Committers:
    return Committers(True, tuple(Signature(f"{i:040x}", v, "ann", "K") for i, v in enumerate(vouches)))


def test_nobody_named_is_no_question() -> None:
    assert commit_by_trusted_signer.function(Committers()).state is State.NOT_APPLICABLE


def test_no_commit_leaves_it_open() -> None:
    assert commit_by_trusted_signer.function(commits()).state is State.UNKNOWN


def test_the_commit_that_is_weighed_decides() -> None:
    outcome = commit_by_trusted_signer.function(commits(Vouch.TRUSTED, Vouch.UNSIGNED))
    assert outcome.state is State.VERIFIED
    assert "1 of the 2" in outcome.message
    assert commit_by_trusted_signer.function(commits(Vouch.UNSIGNED, Vouch.TRUSTED)).state is State.CONTRADICTED


@pytest.mark.parametrize("vouch", [vouch for vouch in Vouch if vouch is not Vouch.TRUSTED])
def test_everything_but_trust_contradicts(vouch: Vouch) -> None:
    outcome = commit_by_trusted_signer.function(commits(vouch))
    expected = Severity.CRITICAL if vouch in (Vouch.BAD, Vouch.REVOKED) else Severity.HIGH
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, expected)
