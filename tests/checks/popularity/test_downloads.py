from __future__ import annotations

import pytest

from tests.checks.support import (
    registry,
)
from weighbridge.checks.popularity.downloads import downloads
from weighbridge.model import (
    State,
)


@pytest.mark.parametrize(("count", "grade"), [(999, 0.5), (999_999, 1.0), (10**9, 1.0)])
def test_graded_by_the_logarithm(count: int, grade: float) -> None:
    outcome = downloads.function(registry(downloads=count))
    assert outcome.state is State.VERIFIED
    assert outcome.grade == pytest.approx(grade)
    assert f"{count:,}" in outcome.message


def test_none_and_untold() -> None:
    assert downloads.function(registry(downloads=0)).state is State.MISSING
    assert downloads.function(registry()).state is State.UNKNOWN
