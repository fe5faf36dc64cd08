"""RP032: the card tells how the data were prepared."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing

_PHRASES = ("preprocess", "pre-process", "tokenized", "tokenised", "normalized", "normalised", "resized", "filtered")
_MISSING = missing(
    "The card does not tell how inputs or training data were prepared.",
    remedy="Describe tokenisation, normalisation, resizing and filtering of the training data.",
)


@check(code="RP032", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def preprocessing_described(card: Card) -> Outcome:
    """The card tells how the data were prepared.

    What it asks: whether the card speaks of preprocessing, in a section of its own or in the text.
    Why it matters: preparation decides the result as much as the model and is lost when it is not written down.
    Evidence: headings and phrases of the card.
    Remedy: describe tokenisation, normalisation, resizing and filtering of the training data.
    Limits: found by words, not understood.
    Source: Hugging Face model card template, Preprocessing; ACL reproducibility checklist.
    """
    section = card.section("preprocessing", "pre-processing", "data preparation")
    line = section.line if section else card.mentions(*_PHRASES)
    if line is None:
        return _MISSING
    return claimed("The card speaks of preprocessing.", Evidence("preprocessing", Location(card.path, line=line)))
