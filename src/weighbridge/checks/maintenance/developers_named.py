"""MA022: the card says who made the model."""

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
    "The card does not say who made the model.", remedy="Say in the card who developed the model and who maintains it."
)
_WORDS = ("author", "developers", "maintainers", "team", "about us", "who we are", "created by", "developed by")
_PHRASES = (
    "developed by",
    "created by",
    "trained by",
    "maintained by",
    "authors:",
    "was developed at",
    "fine-tuned by",
    "shared by",
    "we developed",
    "we developped",
    "we trained this",
    "developed and maintained",
)


@check(code="MA022", attribute=Attribute.MAINTENANCE, factor=Factor.MAINTAINERS, severity=Severity.LOW)
def developers_named(card: Card) -> Outcome:
    """The card says who made the model.

    What it asks: whether the card names its developers, in a section or a sentence.
    Why it matters: an account's name does not say who answers for the model.
    Evidence: headings of the card with text below them; phrases such as "developed by".
    Remedy: say in the card who developed the model and who maintains it.
    Limits: a sentence counts half, and may speak of others than this model's makers.
    Source: Hugging Face model card template; this project.
    """
    return described(card, _WORDS, _MISSING, _PHRASES)
