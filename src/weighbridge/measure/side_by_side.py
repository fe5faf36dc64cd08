"""Measurements of several models on the same items: how far each is behind the best, and whether beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.measure.dataset import Dataset
from weighbridge.measure.evidence import PREDICTIONS, Measurement
from weighbridge.measure.journal import read_predictions
from weighbridge.measure.meters import meters_of
from weighbridge.measure.metrics import answers_of, metrics_of, quiet
from weighbridge.measure.statistics import Paired, compare_right_answers, holm, paired_bootstrap
from weighbridge.measure.tasks import Answer

# Below this, a difference is beyond chance.
LEVEL = 0.05


class Contender(msgspec.Struct, frozen=True):
    """A model that was measured, or why not. `behind` is the best minus this one, its p-value corrected for the number of models (Holm).

    The best itself has no `behind`, nor has one whose answers cannot be held against the best's item by item.
    """

    target: str
    measurement: Measurement | None = None
    behind: Paired | None = None
    failure: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether it is behind the best beyond chance."""
        return self.behind is not None and self.behind.difference > 0 and self.behind.p_value < LEVEL

    @property
    def is_whole(self) -> bool:
        """Whether every item was answered."""
        return self.measurement is not None and not self.measurement.failure and bool(self.measurement.figures)


def side_by_side(contenders: Sequence[Contender], evidence: Sequence[Path], data: Dataset) -> tuple[Contender, ...]:
    """Return the contenders with their distance to the best by the leading figure."""
    whole = [number for number, one in enumerate(contenders) if one.is_whole]
    if len(whole) < 2 or data.task.answer is Answer.TAGS:
        return tuple(contenders)
    answers = {number: _answers(contenders[number], evidence[number], data) for number in whole}
    best = max(whole, key=lambda number: _leading(contenders[number]))
    others = [number for number in whole if number != best]
    gaps = [_gap(data, answers[best], answers[number]) for number in others]
    corrected = holm([gap.p_value for gap in gaps])
    found = list(contenders)
    for number, gap, p_value in zip(others, gaps, corrected, strict=True):
        behind = msgspec.structs.replace(gap, p_value=p_value)
        found[number] = msgspec.structs.replace(found[number], behind=behind)
    return tuple(found)


# Of these, less is better.
_ERRORS = frozenset({"mae", "rmse", "wer", "cer", "perplexity"})


def _leading(one: Contender) -> float:
    assert one.measurement is not None  # noqa: S101 - it is whole
    figure = one.measurement.figures[0]
    return -figure.value if figure.metric in _ERRORS else figure.value


def _answers(one: Contender, evidence: Path, data: Dataset) -> list[Any]:
    """Return a model's answers, classes by the data's own names."""
    assert one.measurement is not None  # noqa: S101 - it is whole
    own = {known: name for name, known in one.measurement.names.items()}
    return [own.get(answer, answer) for answer in answers_of(read_predictions(evidence / PREDICTIONS), data.task)]


def _gap(data: Dataset, best: list[Any], other: list[Any]) -> Paired:
    """Return how much better the best is on the same items."""
    if data.task.is_counted:
        meter = meters_of(data.task)[0]
        return meter.compare(meter.rows(data.truths, best), meter.rows(data.truths, other), seed=0)
    if data.task.is_classification:
        right = [[t == a for t, a in zip(data.truths, one, strict=True)] for one in (best, other)]
        return compare_right_answers(*right)
    metric = next(iter(metrics_of(data.task, ()).values()))
    return paired_bootstrap(lambda t, a: quiet(metric, t, a), data.truths, best, other, seed=0)
