"""LogME: the logarithm of the maximum evidence."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.transferability.contract import Sample, estimator

_STEPS = 100
_TOLERANCE = 1e-6


@estimator("LogME")
def logme(sample: Sample) -> float:
    """Evidence for a Bayesian linear model of the labels on the features, a class and an item, at its maximum.

    Measures: how well a linear model explains each class's indicator, integrated over its weights, so that it does not over-fit.
    Source: You et al., LogME, ICML 2021 (arXiv 2102.11005); fixed point as in the journal version (arXiv 2110.10545).
    Cost: one singular value decomposition of n by d; a few steps of O(min(n, d)) a class.
    Limits: depends on the features' scale where they are far from unit size; unstable over set-ups (Agostinelli et al., 2022).
    """
    import numpy as np

    left, singular, _ = np.linalg.svd(sample.features, full_matrices=False)
    kept = singular > singular.max(initial=0.0) * 1e-10
    indicators = np.eye(sample.classes)[sample.labels]
    scores = [_evidence(y, left[:, kept].T @ y, singular[kept] ** 2) for y in indicators.T]
    return float(np.mean(scores))


def _evidence(target: Any, projected: Any, sigma: Any) -> float:
    """Return the evidence an item, maximised over the precisions of the weights (alpha) and of the noise (beta)."""
    import numpy as np

    count, outside = len(target), float(target @ target - projected @ projected)
    alpha = beta = 1.0
    for _ in range(_STEPS):
        weights2, residual2, gamma = _moments(projected, sigma, outside, alpha / beta)
        before = alpha / beta
        alpha = gamma / max(weights2, 1e-12)
        beta = (count - gamma) / max(residual2, 1e-12)
        if abs(alpha / beta - before) <= _TOLERANCE * before:
            break
    weights2, residual2, _ = _moments(projected, sigma, outside, alpha / beta)
    evidence = (
        -np.log1p(beta / max(alpha, 1e-300) * sigma).sum()  # directions without data tell nothing: their weights cancel
        + count * np.log(beta)
        - beta * residual2
        - alpha * weights2
        - count * np.log(2 * np.pi)
    )
    return float(evidence / 2 / count)


def _moments(projected: Any, sigma: Any, outside: float, ratio: float) -> tuple[float, float, float]:
    """Return the squared length of the posterior's mean, of its residual, and the effective number of weights."""
    weights2 = float((sigma * projected**2 / (sigma + ratio) ** 2).sum())
    residual2 = float((ratio**2 * projected**2 / (sigma + ratio) ** 2).sum()) + max(outside, 0.0)
    return weights2, residual2, float((sigma / (sigma + ratio)).sum())
