"""TransRate: the mutual information between features and labels, by coding rates."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.transferability.contract import Sample, estimator

_DISTORTION = 1e-4


@estimator("TransRate")
def transrate(sample: Sample) -> float:
    """Bits that the labels save when the features are coded up to a small distortion.

    Measures: how complete (rate of all) and how compact (rate within classes) the features are.
    Source: Huang et al., ICML 2022 (arXiv 2106.09362), equation 2, distortion 1e-4; features scaled to unit mean square.
    Cost: one eigenvalue decomposition of min(n, d)² for all items and one a class.
    Limits: grows with the width of the features, so that it compares models of unlike width badly.
    """
    import numpy as np

    centred = sample.features - sample.features.mean(axis=0, keepdims=True)
    centred = centred / max(np.sqrt((centred**2).mean()), 1e-12)
    groups = [centred[sample.labels == c] for c in range(sample.classes)]
    within = sum(len(group) / len(centred) * _rate(group) for group in groups)
    return float(_rate(centred) - within)


def _rate(rows: Any) -> float:
    """Return half the log-determinant of I + ZᵀZ / (n ε), by whichever Gram matrix is the smaller."""
    import numpy as np

    gram = rows @ rows.T if rows.shape[0] < rows.shape[1] else rows.T @ rows
    return float(np.linalg.slogdet(np.eye(len(gram)) + gram / (len(rows) * _DISTORTION))[1] / 2)
