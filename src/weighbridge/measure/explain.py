"""Which part of an item the answer hangs on: each word or column is left out in turn (occlusion, Zeiler and Fergus 2014)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from weighbridge.measure.dataset import Dataset
from weighbridge.measure.runners.contract import Prediction
from weighbridge.measure.tasks import Item

SAMPLE = 3
PARTS = 64


class Explanation(msgspec.Struct, frozen=True):
    """An item's parts, and by how much the answer's score falls without each."""

    item: int
    answer: str
    parts: tuple[tuple[str, float], ...]


def explanations(
    data: Dataset, predictions: Sequence[Prediction], ask: Callable[[Sequence[Any]], Sequence[Prediction]]
) -> tuple[Explanation, ...]:
    """Explain the first answers; empty where the model gives classes without scores, and for images, sounds, pairs and texts."""
    if data.task.is_counted:
        return ()
    found = []
    for number in range(min(SAMPLE, len(predictions))):
        first = predictions[number]
        if data.task.item not in {Item.TEXT, Item.ROW} or (data.task.is_classification and not first.scores):
            return ()
        names, without = _without(data, number)
        if not without:
            continue
        falls = [_score(first, first) - _score(p, first) for p in ask(without)]
        answer = first.label or f"{first.value:.3g}"
        found.append(Explanation(number, answer, tuple(zip(names, falls, strict=True))))
    return tuple(found)


def _without(data: Dataset, number: int) -> tuple[list[str], list[Any]]:
    item = data.items[number]
    if data.task.item is Item.TEXT:
        words = item.split()[:PARTS]
        return words, [" ".join(words[:i] + words[i + 1 :]) or " " for i in range(len(words))]
    means = [sum(row[i] for row in data.items) / len(data) for i in range(min(len(item), PARTS))]
    return [f"column {i + 1}" for i in range(len(means))], [
        [*item[:i], mean, *item[i + 1 :]] for i, mean in enumerate(means)
    ]


def _score(prediction: Prediction, of: Prediction) -> float:
    if of.scores is None:
        return float(prediction.value or 0.0)
    return (prediction.scores or {}).get(of.label, 0.0)
