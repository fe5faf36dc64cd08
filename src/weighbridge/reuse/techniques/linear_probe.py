"""A new linear head on frozen features."""

from __future__ import annotations

from typing import Any

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import FrozenTechnique
from weighbridge.reuse.heads import linear_head


class LinearProbe(FrozenTechnique):
    """A logistic regression on the model's frozen features.

    Does: standardises the features, fits a logistic regression, and folds both into one linear layer behind the model.
    Source: Alain and Bengio, 2016 (arXiv 1610.01644).
    Limits: cannot change what the model sees; where its features lack what tells the classes apart, no head finds it.
    """

    name = "linear-probe"
    title = "Linear probe"

    def fit(self, bench: Bench) -> Fitted:
        """Fit the head and put it behind the backbone."""
        from weighbridge.reuse.networks import classifier_around

        return classifier_around(fitted_layer(bench), bench)


# The logit of a class of which there was nothing to learn from.
_UNSEEN = -30.0


def fitted_layer(bench: Bench) -> Any:
    """Return the fitted regression as one linear layer over raw features: standardising is linear too."""
    import numpy as np
    import torch

    head = linear_head(bench.seed).fit(bench.features, bench.material.train.classes)
    scaler, regression = head.steps[0][1], head.steps[1][1]
    weight, offset = regression.coef_ / scaler.scale_, regression.intercept_
    offset = offset - weight @ scaler.mean_
    if len(weight) == 1:  # two classes share one row: the other's logit is nought
        weight, offset = np.vstack([np.zeros_like(weight), weight]), np.concatenate([[0.0], offset])
    layer = torch.nn.Linear(weight.shape[1], len(bench.material.labels))
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.fill_(_UNSEEN)
        layer.weight[regression.classes_] = torch.from_numpy(weight).float()
        layer.bias[regression.classes_] = torch.from_numpy(offset).float()
    return layer
