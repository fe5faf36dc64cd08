from __future__ import annotations

import datetime

from weighbridge.checks.security.commits_signed import commits_signed
from weighbridge.facts.history import History
from weighbridge.model import Commit, State


def history(*signed: bool | None) -> History:
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return History(tuple(Commit(f"{i:040x}", day, ("ann",), "change", s) for i, s in enumerate(signed)))


def test_an_interface_that_does_not_tell_is_left_out() -> None:
    assert commits_signed.function(history(None, None)).state is State.NOT_APPLICABLE
    assert commits_signed.function(History()).state is State.NOT_APPLICABLE


def test_unsigned_commits_are_missing_signatures() -> None:
    assert commits_signed.function(history(False, False)).state is State.MISSING


def test_the_share_signed_is_the_grade() -> None:
    outcome = commits_signed.function(history(True, False, False, True))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.5)
    assert "2 of 4" in outcome.message
