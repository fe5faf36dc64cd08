from __future__ import annotations

from weighbridge.checks.security.history_kept import history_kept
from weighbridge.model import Move, Past, State

OLD, NEW = "a" * 40, "b" * 40
MAIN = "refs/remotes/origin/main"


def state(*moves: Move) -> State:
    return State(history_kept.function(Past(None, moves)).state)


def test_nothing_remembered_is_no_question() -> None:
    assert state() is State.NOT_APPLICABLE


def test_what_only_grew_is_verified() -> None:
    assert state(Move(MAIN, OLD, NEW, is_kept=True)) is State.VERIFIED


def test_a_rewritten_branch_and_a_moved_tag_contradict() -> None:
    assert state(Move(MAIN, OLD, NEW, is_kept=True), Move(MAIN, OLD, NEW, is_kept=False)) is State.CONTRADICTED
    assert state(Move("refs/tags/v1", OLD, NEW, is_kept=True)) is State.CONTRADICTED
    assert state(Move(MAIN, OLD, NEW, "fetch: forced-update")) is State.CONTRADICTED


def test_what_can_no_longer_be_told_is_open() -> None:
    assert state(Move(MAIN, OLD, NEW, "fetch: fast-forward")) is State.UNKNOWN
