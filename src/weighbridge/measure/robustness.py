"""What small changes to the items cost: the leading metric's drop, with its interval, over the same items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from weighbridge.measure.dataset import Dataset
from weighbridge.measure.metrics import metrics_of, quiet
from weighbridge.measure.perturbations import CHANGES, change_item
from weighbridge.measure.statistics import Paired, compare_right_answers, paired_bootstrap
from weighbridge.measure.tasks import Item

SAMPLE = 500


class Robustness(msgspec.Struct, frozen=True):
    """The metric with the items as they are and with a change, and the drop between."""

    change: str
    metric: str
    before: float
    after: float
    drop: Paired
    n: int


def robustness(
    data: Dataset,
    truths: Sequence[Any],
    answers: Sequence[Any],
    ask: Callable[[Sequence[Any]], Sequence[Any]],
    *,
    seed: int,
) -> tuple[Robustness, ...]:
    """Ask the model again with each change, on the first items up to `SAMPLE`; nothing for answers that are texts or tags."""
    if data.task.is_counted:
        return ()
    truths, answers, items = truths[:SAMPLE], answers[:SAMPLE], data.items[:SAMPLE]
    classes = sorted(set(truths)) if data.task.is_classification else []
    name, metric = next(iter(metrics_of(data.task, classes).items()))
    spreads = _spreads(items) if data.task.item is Item.ROW else None
    found = []
    for change in CHANGES.get(data.task.item, ()):
        changed = [change_item(item, data.task.item, change, seed + 2 * i, spreads) for i, item in enumerate(items)]
        after = list(ask(changed))
        if data.task.is_classification:
            right = [[t == a for t, a in zip(truths, held, strict=True)] for held in (answers, after)]
            drop = compare_right_answers(right[0], right[1])
        else:
            drop = paired_bootstrap(lambda t, a: quiet(metric, t, a), truths, answers, after, seed=seed)
        found.append(
            Robustness(change, name, quiet(metric, truths, answers), quiet(metric, truths, after), drop, len(items))
        )
    return tuple(found)


def _spreads(rows: Sequence[Sequence[float]]) -> list[float]:
    import numpy as np

    return [float(value) for value in np.std(np.asarray(rows, dtype=float), axis=0)]
