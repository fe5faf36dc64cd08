"""PV042: the source code is linked."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    missing,
)

_MISSING = missing("No source code is linked.", remedy="Link the repository that holds the training or model code.")


@check(code="PV042", attribute=Attribute.PROVENANCE, factor=Factor.PAPER, severity=Severity.LOW)
def source_repository_linked(lineage: Lineage, card: Card) -> Outcome:
    """The source code is linked.

    What it asks: whether the card links a repository of source code other than the well-known libraries'.
    Why it matters: the code shows what the paper leaves out, and changes against it.
    Evidence: links to code hosting services in the card.
    Remedy: link the repository that holds the training or model code.
    Limits: the link is not followed, and may lead to a tool that was merely used.
    Source: this project; Jiang et al., ICSE 2023, Table I.
    """
    if not lineage.repositories:
        return _MISSING
    first = lineage.repositories[0]
    line = next((link.line for link in card.links if link.target.startswith(first)), None)
    return claimed(f"The card links {first}.", Evidence(first, Location(card.path, line=line)))
