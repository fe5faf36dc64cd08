"""Features on their principal components, with the sign of each fixed."""

from __future__ import annotations

from typing import Any


def principal(features: Any, variance: float, width: int) -> Any:
    """Return centred features on the components that hold this share of the variance, `width` of them at most."""
    import numpy as np

    centred = features - features.mean(axis=0, keepdims=True)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    total = float((singular**2).sum())
    if total <= 0:
        return np.zeros((len(features), 1))
    held = np.cumsum(singular**2) / total
    count = min(int(np.searchsorted(held, variance - 1e-12)) + 1, width, int((singular > singular[0] * 1e-10).sum()))
    left = left[:, :count]
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(count)])
    return left * signs * singular[:count]
