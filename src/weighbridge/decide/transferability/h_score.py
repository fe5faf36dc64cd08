"""H-score, with a covariance that is estimated well in high dimensions."""

from __future__ import annotations

from weighbridge.decide.transferability.contract import Sample, estimator


@estimator("H-score (regularised)")
def h_score(sample: Sample) -> float:
    """Between-class variance of the features, relative to their whole covariance.

    Measures: how far the classes' mean features lie apart in units of the features' spread; 0 to classes - 1.
    Source: Bao et al., ICIP 2019 (arXiv 2212.10082); shrinkage after Ledoit and Wolf as in Ibrahim et al., 2021 (arXiv 2110.06893).
    Cost: one covariance, O(n d²), and one solve, O(d³).
    Limits: tells of linear separation only; without the shrinkage it would rise with the width when items are few.
    """
    import numpy as np
    from sklearn.covariance import ledoit_wolf

    centred = sample.features - sample.features.mean(axis=0, keepdims=True)
    counts = np.bincount(sample.labels, minlength=sample.classes).astype(float)
    means = np.eye(sample.classes)[sample.labels].T @ centred / counts[:, None]
    covariance, shrinkage = ledoit_wolf(centred, assume_centered=True)
    scaled = means * np.sqrt(counts / len(centred))[:, None]
    solved = np.linalg.lstsq(covariance, scaled.T, rcond=1e-12)[0]
    return float((1 - shrinkage) * np.trace(scaled @ solved))
