"""QU020: the card has a section on the model's evaluation."""

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
    "The card has no section on how well the model does.",
    remedy="Add a section on the evaluation: data, metrics, results.",
)
_WORDS = (
    "evaluation",
    "result",
    "performance",
    "benchmark",
    "metric",
    "accuracy",
    "eval ",
    "comparison",
    "experiment",
)


@check(code="QU020", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.MEDIUM)
def evaluation_described(card: Card) -> Outcome:
    """The card has a section on the model's evaluation.

    What it asks: whether a section of the card with some text is about results.
    Why it matters: without an evaluation nobody knows whether the model does its task at all.
    Evidence: headings of the card with text below them.
    Remedy: add a section on the evaluation: data, metrics, results.
    Limits: that there is a section does not say that its figures are right.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    return described(card, _WORDS, _MISSING)
