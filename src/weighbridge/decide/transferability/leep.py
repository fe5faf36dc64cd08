"""LEEP: the log expected empirical prediction."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.transferability.contract import Sample, estimator


@estimator("LEEP", needs_source=True)
def leep(sample: Sample) -> float:
    """Mean log-likelihood of the labels, predicted through the model's own classes.

    Measures: how much the classes that the model was trained on tell about the new ones.
    Source: Nguyen et al., LEEP, ICML 2020 (arXiv 2002.12462).
    Cost: two passes over n by the model's classes; no training.
    Limits: needs a classifier as source; says nothing of the features; weak across architectures.
    """
    return log_expected_prediction(sample.source, sample.labels, sample.classes)


def log_expected_prediction(source: Any, labels: Any, classes: int) -> float:
    """Return the mean log of the expected empirical prediction from soft assignments `source` (rows sum to one)."""
    import numpy as np

    joint = np.eye(classes)[labels].T @ source / len(labels)
    conditional = joint / np.maximum(joint.sum(axis=0, keepdims=True), 1e-300)
    predicted = source @ conditional.T
    return float(np.log(np.maximum(predicted[np.arange(len(labels)), labels], 1e-300)).mean())
