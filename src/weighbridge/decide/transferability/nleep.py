"""NLEEP: LEEP over a mixture of Gaussians in place of the model's own classes."""

from __future__ import annotations

from weighbridge.decide.transferability.contract import Sample, estimator
from weighbridge.decide.transferability.leep import log_expected_prediction
from weighbridge.decide.transferability.projection import principal

_VARIANCE = 0.8
_COMPONENTS_A_CLASS = 5
_WIDTH = 64


@estimator("NLEEP")
def nleep(sample: Sample) -> float:
    """LEEP with the components of a Gaussian mixture, fitted to the reduced features, as source classes.

    Measures: whether the clusters that the features form agree with the labels.
    Source: Li et al., Ranking neural checkpoints, CVPR 2021 (arXiv 2011.11200): principal components holding 80 % of the
    variance, five components a class.
    Cost: expectation maximisation, O(n · components · width) a step; the dearest estimator with many classes.
    Limits: with few items a class the mixture fits single items and the score rises to 0 for any features; the components are
    cut to a fifth of the items and the width to 64, diagonal covariances, to hold that down. Depends on the seed.
    """
    from sklearn.mixture import GaussianMixture

    reduced = principal(sample.features, _VARIANCE, _WIDTH)
    components = max(2, min(_COMPONENTS_A_CLASS * sample.classes, len(reduced) // 5))
    mixture = GaussianMixture(
        components, covariance_type="diag", reg_covar=1e-4 * max(float(reduced.var()), 1e-12), random_state=sample.seed
    )
    return log_expected_prediction(mixture.fit(reduced).predict_proba(reduced), sample.labels, sample.classes)
