from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.checks.support import (
    clock,
    commit,
    history,
    registry,
)
from weighbridge.checks.maintenance.recently_changed import recently_changed
from weighbridge.model import (
    State,
)


def changed(day: str) -> Any:
    moment = datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")
    return recently_changed.function(clock("2026-11-23"), registry(modified=moment), None)


def test_graded_by_age() -> None:
    fresh, older, stale = changed("2026-11-01"), changed("2025-04-18"), changed("2020-01-01")
    assert (fresh.state, fresh.grade) == (State.VERIFIED, 1.0)
    assert "22 days ago, on 2026-11-01" in fresh.message
    assert older.grade == pytest.approx(0.51, abs=0.01)
    assert stale.state is State.MISSING
    assert changed("2026-12-01").state is State.VERIFIED


def test_the_history_answers_without_a_registry() -> None:
    held = history(commit("2026-11-20"), commit("2019-01-01"))
    assert recently_changed.function(clock("2026-11-23"), None, held).message.startswith(
        "The last change was 3 days ago"
    )
    assert recently_changed.function(clock(), None, None).state is State.UNKNOWN
    assert recently_changed.function(clock(), registry(), history()).state is State.UNKNOWN
