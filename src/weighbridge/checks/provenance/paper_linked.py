"""PV040: a paper is linked."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    unknown,
)

_MISSING = missing(
    "No paper about the model is linked.",
    remedy="Link the paper (arXiv or DOI) that describes the model or its architecture.",
)
_UNREAD = unknown("The registry's tags name no paper; the card's text was not read.", depth=Depth.CARD)


@check(code="PV040", attribute=Attribute.PROVENANCE, factor=Factor.PAPER, severity=Severity.MEDIUM)
def paper_linked(lineage: Lineage, card: Card | None) -> Outcome:
    """A paper is linked.

    What it asks: whether the card names an arXiv id or a DOI.
    Why it matters: the paper says what was done and why, and has been read by others.
    Evidence: arXiv tags; arXiv links, DOIs and BibTeX entries in the card.
    Remedy: link the paper (arXiv or DOI) that describes the model or its architecture.
    Limits: whether the paper is about this model is not told by the link.
    Source: Jiang et al., ICSE 2023, Table I: provenance (the original paper); this project.
    """
    if lineage.papers:
        shown = ", ".join(lineage.papers[:3])
        return claimed(f"Papers linked: {shown}.", *[Evidence(paper) for paper in lineage.papers[:3]])
    return _UNREAD if card is None else _MISSING
