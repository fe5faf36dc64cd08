"""PV022: the card describes the training data."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    missing,
)

_MISSING = missing(
    "No section of the card describes the training data.",
    remedy="Add a section on the training data: sources, size, time span, filtering, licences.",
)
_WORDS = (
    "training data",
    "train data",
    "dataset",
    "data set",
    "data source",
    "training corpus",
    "corpus",
    "corpora",
    "pre-training data",
    "pretraining data",
    "training and evaluation data",
    "training set",
)


@check(code="PV022", attribute=Attribute.PROVENANCE, factor=Factor.DATASET_DETAILS, severity=Severity.MEDIUM)
def training_data_described(card: Card) -> Outcome:
    """The card describes the training data.

    What it asks: whether a section of the card with some text is about the data.
    Why it matters: a name alone does not say which part of the data was used, how it was filtered, and whom it represents.
    Evidence: headings of the card with text below them.
    Remedy: add a section on the training data: sources, size, time span, filtering, licences.
    Limits: that there is a section does not say that it is complete or true.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING)
