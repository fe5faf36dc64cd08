from __future__ import annotations

from weighbridge.checks.security.history_holds_no_secrets import history_holds_no_secrets
from weighbridge.facts.past import OldSecrets
from weighbridge.model import Evidence, Location, State


def test_without_a_clone_there_is_no_question() -> None:
    assert history_holds_no_secrets.function(OldSecrets()).state is State.NOT_APPLICABLE


def test_a_clean_past_is_verified_as_far_as_it_was_read() -> None:
    assert history_holds_no_secrets.function(OldSecrets(True, (), 3)).state is State.VERIFIED
    assert history_holds_no_secrets.function(OldSecrets(True, (), 3, 1)).state is State.UNKNOWN
    assert history_holds_no_secrets.function(OldSecrets(True, (), 3, is_shallow=True)).state is State.UNKNOWN


def test_a_secret_of_the_past_contradicts() -> None:
    secret = Evidence("GitHub token: ghp_A… (40 characters), in " + "a" * 40, Location(".env", line=2))
    outcome = history_holds_no_secrets.function(OldSecrets(True, (secret,), 3, 1))
    assert outcome.state is State.CONTRADICTED
    assert ".env:2" in outcome.message
