"""Heads on frozen features: the cheapest way to reuse a model."""

from __future__ import annotations

from typing import Any

_STEPS = 400


def linear_head(seed: int) -> Any:
    """Return a logistic regression on standardised features, unfitted."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # With few items standardised features are separable: a strong penalty is what makes the head generalise.
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=_STEPS, random_state=seed))


def nearest_head(items: int) -> Any:
    """Return a vote of the five nearest items by cosine similarity, unfitted."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(min(5, max(1, items)), metric="cosine", weights="distance", algorithm="brute")
