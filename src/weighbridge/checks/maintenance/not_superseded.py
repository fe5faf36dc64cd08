"""MA004: no newer version replaces the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_SILENT = not_applicable("There is no card that could name a newer version.")
_CURRENT = verified("The card names no newer version and no deprecation.")
_CURRENT_ABOVE = verified("The front matter names no newer version and no deprecation.")
_DEPRECATED_TAGS = frozenset({"deprecated", "obsolete", "archived", "superseded", "outdated"})
_PHRASES = (
    "this model is deprecated",
    "this model has been deprecated",
    "this model has been superseded by",
    "this repository is deprecated",
    "this model is no longer maintained",
    "this repo is deprecated",
    "this checkpoint is deprecated",
)


@check(code="MA004", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.MEDIUM)
def not_superseded(metadata: Metadata, card: Card | None) -> Outcome:
    """No newer version replaces the model.

    What it asks: whether the front matter names a `new_version`, or the card says that the model is deprecated.
    Why it matters: faults are mended in the newer version only.
    Evidence: `new_version` and tags in the front matter; sentences of the card.
    Remedy: none for the publisher; who reuses the model should look at the newer one.
    Limits: a newer version that the card does not name is not found.
    Source: Hugging Face Hub, `new_version`; this project.
    """
    newer = metadata.text("new_version")
    if newer:
        return _replaced(
            f"The card says that {newer} replaces this model.", Evidence(newer, metadata.where("new_version"))
        )
    for tag in metadata.texts("tags"):
        if tag.lower() in _DEPRECATED_TAGS:
            return _replaced(f"The model is tagged “{tag}”.", Evidence(tag, metadata.where("tags")))
    line = card.mentions(*_PHRASES) if card is not None and card.text else None
    if line is not None and card is not None:
        return _replaced(
            f"Line {line} of the card says that the model is deprecated.", at_line(card, line, f"line {line}")
        )
    if card is not None and card.path:
        return _CURRENT
    return _CURRENT_ABOVE if metadata.values else _SILENT


def _replaced(message: str, evidence: Evidence) -> Outcome:
    return contradicted(
        message,
        evidence,
        claim=Claim("a model to be used"),
        remedy="Use the newer version, or say in the card what this one is still good for.",
    )
