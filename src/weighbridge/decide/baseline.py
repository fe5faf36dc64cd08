"""The simple baseline on items that are learnt from and items held out: what a model made from scratch in seconds reaches."""

from __future__ import annotations

from typing import Any

from weighbridge.measure.baseline import rows_of, simple_classifier
from weighbridge.measure.tasks import Item
from weighbridge.reuse.material import Material

_FOLDS = 5


def cross_validated(material: Material, seed: int) -> Any:
    """Return the baseline's prediction for every item to learn from, each made without it; None where that cannot be had."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    counts = np.bincount(material.train.classes)
    smallest = int(counts[counts > 0].min()) if len(counts) else 0
    if (counts > 0).sum() < 2 or len(material.train) < 2 * _FOLDS:
        return None
    folds = StratifiedKFold(max(2, min(_FOLDS, smallest)), shuffle=True, random_state=seed)
    items, classes = rows_of(material.kind, material.train.items), material.train.classes
    if smallest < 2:
        keep = np.flatnonzero((counts >= 2)[classes])
        if len(np.unique(classes[keep])) < 2:
            return None
        predicted = np.full(len(classes), -1)
        chosen = [items[i] for i in keep] if material.kind is Item.TEXT else items[keep]
        predicted[keep] = cross_val_predict(simple_classifier(material.kind, seed), chosen, classes[keep], cv=2)
        return predicted
    return cross_val_predict(simple_classifier(material.kind, seed), items, classes, cv=folds)


def held_out(material: Material, seed: int) -> tuple[Any, Any]:
    """Return the fitted baseline and its row of probabilities for every item held out; a class never seen gets nought."""
    import numpy as np

    found = np.zeros((len(material.test), len(material.labels)))
    classes = np.unique(material.train.classes)
    if len(classes) < 2:
        found[:, classes] = 1.0
        return None, found
    rows = rows_of(material.kind, material.train.items)
    model = simple_classifier(material.kind, seed).fit(rows, material.train.classes)
    found[:, model.classes_] = model.predict_proba(rows_of(material.kind, material.test.items))
    return model, found
