"""Accuracy of a linear classifier on the frozen features, cross-validated."""

from __future__ import annotations

from weighbridge.decide.transferability.contract import Sample, estimator
from weighbridge.reuse.heads import linear_head

_FOLDS = 5


@estimator("linear-probe accuracy", trains=True)
def linear_probe(sample: Sample) -> float:
    """Share of held-out items that a logistic regression on standardised features gets right, over five folds.

    Measures: what the cheapest way to reuse the model (a new head on frozen features) reaches.
    Source: Alain and Bengio, 2016 (arXiv 1610.01644); as a selection criterion Kornblith et al., CVPR 2019 (arXiv 1805.08974).
    Cost: five fits of O(n · d · classes) a step; the dearest of the estimators, and the most faithful.
    Limits: predicts fine-tuning less well than it predicts itself; a class of one item cannot be held out and counts as wrong.
    """
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    counts = np.bincount(sample.labels)
    several = np.flatnonzero((counts >= 2)[sample.labels])
    held = sample.only(several)
    if len(np.unique(held.labels)) < 2:
        return 0.0
    folds = StratifiedKFold(min(_FOLDS, int(counts[counts >= 2].min())), shuffle=True, random_state=sample.seed)
    right = 0
    for train, test in folds.split(held.features, held.labels):
        head = linear_head(sample.seed).fit(held.features[train], held.labels[train])
        right += int((head.predict(held.features[test]) == held.labels[test]).sum())
    return right / len(sample.labels)
