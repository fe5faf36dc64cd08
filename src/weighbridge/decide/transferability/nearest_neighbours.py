"""Accuracy of the nearest neighbours, each item held out in its turn."""

from __future__ import annotations

from weighbridge.decide.transferability.contract import Sample, estimator

_NEIGHBOURS = 5
_BLOCK = 1024


@estimator("kNN accuracy", trains=True)
def knn(sample: Sample) -> float:
    """Share of items whose five nearest others, by cosine similarity, vote for their class.

    Measures: whether the nearest items are of the same class; needs no fitting.
    Source: Puigcerver et al., Scalable transfer learning with expert models, ICLR 2021 (arXiv 2009.13239).
    Cost: O(n² d), in blocks.
    Limits: near-duplicates in the data flatter it; with fewer items a class than neighbours it cannot be right.
    """
    import numpy as np

    lengths = np.linalg.norm(sample.features, axis=1, keepdims=True)
    unit = sample.features / np.maximum(lengths, 1e-12)
    count = min(_NEIGHBOURS, len(unit) - 1)
    indicators, right = np.eye(sample.classes)[sample.labels], 0
    for start in range(0, len(unit), _BLOCK):
        likeness = (unit[start : start + _BLOCK] @ unit.T).round(12)
        rows = np.arange(len(likeness))
        likeness[rows, start + rows] = -np.inf
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :count]
        weights = np.take_along_axis(likeness, nearest, axis=1) + 1
        votes = (indicators[nearest] * (1 + 1e-6 * weights[:, :, None])).sum(axis=1)
        right += int((votes.argmax(axis=1) == sample.labels[start : start + _BLOCK]).sum())
    return right / len(unit)
