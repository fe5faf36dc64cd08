from __future__ import annotations

import msgspec

from weighbridge.measure.figure import Interval, MeasuredFigure

FIGURE = MeasuredFigure("f1", 0.9, 200, (Interval(0.85, 0.94, 0.95, "bca"), Interval(0.86, 0.93, 0.9, "bca")))


def test_an_interval_is_found_by_its_level() -> None:
    assert FIGURE.interval(0.9) == Interval(0.86, 0.93, 0.9, "bca")
    assert FIGURE.interval(0.99) is None


def test_an_interval_holds_its_ends() -> None:
    interval = FIGURE.interval()
    assert interval is not None
    assert 0.85 in interval
    assert 0.94 in interval
    assert 0.9401 not in interval


def test_a_figure_goes_into_a_document_and_comes_back() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FIGURE), type=MeasuredFigure) == FIGURE
