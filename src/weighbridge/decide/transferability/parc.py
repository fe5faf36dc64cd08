"""PARC: pairwise annotation representation comparison."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.transferability.contract import Sample, estimator
from weighbridge.decide.transferability.projection import principal

_WIDTH = 32
_ITEMS = 1500


@estimator("PARC")
def parc(sample: Sample) -> float:
    """Rank correlation between how unlike items are in feature space and how unlike their labels are; times 100.

    Measures: whether items of one class look alike to the model, over all pairs.
    Source: Bolya et al., NeurIPS 2021 (arXiv 2111.06977): 32 principal components, 1 - Pearson's r, Spearman over all pairs.
    Cost: O(n²) in time and memory; beyond 1,500 items a sample of them is taken (by the seed).
    Limits: with many classes nearly all pairs differ, and the correlation is small whatever the features.
    """
    import numpy as np
    from scipy.stats import rankdata

    if len(sample.labels) > _ITEMS:
        sample = sample.only(np.random.default_rng(sample.seed).permutation(len(sample.labels))[:_ITEMS])
    reduced = principal(sample.features, 1.0, _WIDTH)
    unlike = 1 - _correlations(reduced)
    upper = np.triu_indices(len(reduced), 1)
    other = (sample.labels[:, None] != sample.labels[None])[upper].astype(float)
    ranks = rankdata(unlike[upper])
    if ranks.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(ranks, rankdata(other))[0, 1] * 100)


def _correlations(rows: Any) -> Any:
    """Return Pearson's r between rows; rows of no spread are unlike every other."""
    import numpy as np

    centred = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 1e-12)
    return np.clip(unit @ unit.T, -1, 1).round(12)
