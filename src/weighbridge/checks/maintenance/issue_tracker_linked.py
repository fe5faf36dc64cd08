"""MA012: there is a place to report faults."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.registry import Registry
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

_MISSING = missing("No issue tracker is linked.", remedy="Link the source repository, where faults can be reported.")
_REGISTRY = claimed("The registry's discussions are open to everybody.", grade=0.5)


@check(code="MA012", attribute=Attribute.MAINTENANCE, factor=Factor.ISSUES, severity=Severity.LOW)
def issue_tracker_linked(lineage: Lineage, card: Card, registry: Registry | None) -> Outcome:
    """There is a place to report faults.

    What it asks: whether the card links a source repository with issues; a registry with discussions counts half.
    Why it matters: reported faults help the next user too, when they stand in public.
    Evidence: links to code hosting services in the card; the registry.
    Remedy: link the source repository, where faults can be reported.
    Limits: the link is not followed; issues or discussions may be switched off.
    Source: Jiang et al., ICSE 2023, Table I: maintenance (issues).
    """
    if lineage.repositories:
        first = lineage.repositories[0]
        line = next((link.line for link in card.links if link.target.startswith(first)), None)
        return claimed(
            f"The card links {first}.", Evidence(first, Location(card.path, line=line) if card.path else None)
        )
    return _MISSING if registry is None else _REGISTRY
