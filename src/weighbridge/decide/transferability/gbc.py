"""GBC: the Gaussian Bhattacharyya coefficient."""

from __future__ import annotations

from weighbridge.decide.transferability.contract import Sample, estimator
from weighbridge.decide.transferability.projection import principal

_WIDTH = 64


@estimator("GBC")
def gbc(sample: Sample) -> float:
    """Overlap of the classes, each taken for a Gaussian, summed over ordered pairs; negative, 0 when nothing overlaps.

    Measures: how much the classes run into each other in feature space.
    Source: Pándy et al., CVPR 2022 (arXiv 2111.12780): 64 principal components, diagonal covariances.
    Cost: one decomposition of n by d, then O(classes² · 64).
    Limits: a class of one item has no spread and is given the mean spread of the others; vanishes when all classes are far apart,
    so that it cannot rank good models among each other; unstable over set-ups (Agostinelli et al., 2022).
    """
    import numpy as np

    reduced = principal(sample.features, 1.0, _WIDTH)
    groups = [reduced[sample.labels == c] for c in range(sample.classes)]
    means = np.stack([group.mean(axis=0) for group in groups])
    spreads = [group.var(axis=0, ddof=1) for group in groups if len(group) > 1]
    usual = np.mean(spreads, axis=0) if spreads else reduced.var(axis=0)
    floor = 1e-4 * max(float(reduced.var()), 1e-12)
    variances = np.stack([g.var(axis=0, ddof=1) if len(g) > 1 else usual for g in groups]) + floor
    middle = (variances[:, None] + variances[None]) / 2
    distance = ((means[:, None] - means[None]) ** 2 / middle).sum(axis=2) / 8
    logs = np.log(variances)
    distance += (np.log(middle) - (logs[:, None] + logs[None]) / 2).sum(axis=2) / 2
    return float(-(np.exp(-distance).sum() - sample.classes))
