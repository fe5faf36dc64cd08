"""The simple baseline: what a model made from scratch in seconds reaches on the same items."""

from __future__ import annotations

from typing import Any

from weighbridge.reuse.material import Kind, Material

_FOLDS = 5
NAMES = {Kind.TEXT: "TF-IDF and logistic regression", Kind.ROW: "standardised columns and logistic regression"}


def simple_model(kind: Kind, seed: int) -> Any:
    """Return the baseline for a kind of item, unfitted."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if kind is Kind.TEXT:
        # no sublinear term frequency: skl2onnx computes another one, and the answers would differ once deployed
        return make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000, random_state=seed))
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=seed))


def cross_validated(material: Material, seed: int) -> Any:
    """Return the baseline's prediction for every item to learn from, each made without it; None where that cannot be had."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    counts = np.bincount(material.train.classes)
    smallest = int(counts[counts > 0].min()) if len(counts) else 0
    if (counts > 0).sum() < 2 or len(material.train) < 2 * _FOLDS:
        return None
    folds = StratifiedKFold(max(2, min(_FOLDS, smallest)), shuffle=True, random_state=seed)
    items, classes = material.train.items, material.train.classes
    if smallest < 2:
        keep = np.flatnonzero((counts >= 2)[classes])
        if len(np.unique(classes[keep])) < 2:
            return None
        predicted = np.full(len(classes), -1)
        chosen = [items[i] for i in keep] if material.kind is Kind.TEXT else items[keep]
        predicted[keep] = cross_val_predict(simple_model(material.kind, seed), chosen, classes[keep], cv=2)
        return predicted
    return cross_val_predict(simple_model(material.kind, seed), items, classes, cv=folds)


def held_out(material: Material, seed: int) -> tuple[Any, Any]:
    """Return the fitted baseline and its row of probabilities for every item held out; a class never seen gets nought."""
    import numpy as np

    found = np.zeros((len(material.test), len(material.labels)))
    classes = np.unique(material.train.classes)
    if len(classes) < 2:
        found[:, classes] = 1.0
        return None, found
    model = simple_model(material.kind, seed).fit(material.train.items, material.train.classes)
    found[:, model.classes_] = model.predict_proba(material.test.items)
    return model, found
