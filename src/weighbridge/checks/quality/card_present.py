"""QU001: there is a model card."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    unknown,
    verified,
)

_MISSING = missing(
    "There is no model card.", remedy="Write a `README.md` that says what the model is, does and cannot do."
)


@check(code="QU001", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def card_present(manifest: Manifest | None, card: Card | None, metadata: Metadata | None) -> Outcome:
    """There is a model card.

    What it asks: whether the repository has a README.
    Why it matters: the card is where everything else about the model would stand.
    Evidence: the list of files; the card's text; the registry's copy of its front matter.
    Remedy: write a `README.md` that says what the model is, does and cannot do.
    Limits: what the card says is asked by the other checks.
    Source: Mitchell et al., "Model Cards for Model Reporting", 2019; this project.
    """
    path = card.path if card is not None else manifest.card.path if manifest is not None and manifest.card else ""
    if path:
        return verified(f"The repository has {path}.", Evidence(path, Location(path)))
    if metadata is not None and metadata.values:
        return verified("The registry shows a card's front matter.")
    if card is None and manifest is None:
        return unknown("Neither the files nor the card were looked at.", depth=Depth.CARD)
    return _MISSING
