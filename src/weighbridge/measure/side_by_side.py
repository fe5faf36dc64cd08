"""Measurements of several models on the same items: how far each is behind the best, and whether beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.measure.dataset import Dataset
from weighbridge.measure.evidence import PREDICTIONS, Measurement
from weighbridge.measure.journal import read_predictions
from weighbridge.measure.labels import renamed
from weighbridge.measure.meters import meters_of
from weighbridge.measure.metrics import ahead, answers_of, metrics_of
from weighbridge.measure.statistics import CHANCE, Paired, holm
from weighbridge.measure.tasks import Answer, Task


class Contender(msgspec.Struct, frozen=True):
    """A model that was measured, or why not. `behind` is the best minus this one, its p-value corrected for the number of models (Holm).

    The best itself has no `behind`, nor has one that was not measured to the end.
    """

    target: str
    measurement: Measurement | None = None
    behind: Paired | None = None
    failure: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether it is behind the best beyond chance."""
        return self.behind is not None and self.behind.difference > 0 and self.behind.p_value < CHANCE

    @property
    def is_whole(self) -> bool:
        """Whether every item was answered."""
        return self.measurement is not None and not self.measurement.failure and bool(self.measurement.figures)

    def value(self, metric: str) -> float | None:
        """Return a figure's value, None for one that was not measured to the end or has no such figure."""
        figures = self.measurement.figures if self.measurement is not None and self.is_whole else ()
        return next((figure.value for figure in figures if figure.metric == metric), None)


def side_by_side(contenders: Sequence[Contender], evidence: Sequence[Path], data: Dataset) -> tuple[Contender, ...]:
    """Return the contenders with their distance to the best by the task's leading metric."""
    metric, is_error = _leading(data.task)
    values = {number: value for number, one in enumerate(contenders) if (value := one.value(metric)) is not None}
    if len(values) < 2:
        return tuple(contenders)
    best = (min if is_error else max)(values, key=values.__getitem__)
    answers = {number: _answers(contenders[number], evidence[number], data) for number in values}
    others = [number for number in values if number != best]
    pairs = [(answers[number], answers[best]) if is_error else (answers[best], answers[number]) for number in others]
    gaps = [ahead(data.task, data.truths, *pair) for pair in pairs]
    found = list(contenders)
    for number, gap, p_value in zip(others, gaps, holm([gap.p_value for gap in gaps]), strict=True):
        behind = msgspec.structs.replace(gap, p_value=p_value)
        found[number] = msgspec.structs.replace(found[number], behind=behind)
    return tuple(found)


def _leading(task: Task) -> tuple[str, bool]:
    """Return the name of a task's leading metric, and whether less of it is better."""
    if task.is_counted:
        meter = meters_of(task)[0]
        return meter.name, meter.is_error
    return next(iter(metrics_of(task, ()))), False


def _answers(one: Contender, evidence: Path, data: Dataset) -> list[Any]:
    """Return a model's answers, classes and kinds of tag by the data's own names."""
    assert one.measurement is not None  # noqa: S101 - it has a figure
    own = {known: name for name, known in one.measurement.names.items()}
    found = answers_of(read_predictions(evidence / PREDICTIONS), data.task)
    if data.task.answer is Answer.TAGS:
        return [[renamed(tag, own) for tag in tags] for tags in found]
    return [own.get(answer, answer) for answer in found] if data.task.is_classification else found
