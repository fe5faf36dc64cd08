"""Heads on frozen features: the cheapest way to reuse a model."""

from __future__ import annotations

from typing import Any

_STEPS = 400
# Networks have dead features, whose spread is that of rounding: divided by it, noise would get weights of 10³¹.
_LEAST_SPREAD = 1e-6


def linear_head(seed: int) -> Any:
    """Return a logistic regression on standardised features, unfitted; a feature that hardly moves is only centred."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    class Scaler(StandardScaler):  # type: ignore[misc]
        def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:  # noqa: N803 - the library's name
            super().fit(X, y, sample_weight)
            self.scale_[self.scale_ < _LEAST_SPREAD] = 1.0
            return self

    # With few items standardised features are separable: a strong penalty is what makes the head generalise.
    return make_pipeline(Scaler(), LogisticRegression(C=0.05, max_iter=_STEPS, random_state=seed))
