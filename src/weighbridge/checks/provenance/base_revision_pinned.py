"""PV056: the base model's revision is named."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_NONE = not_applicable("No base model is declared.")
_MISSING = missing(
    "No revision of the base model is named.",
    remedy="Name the commit of the base model, for example as `revision` in `adapter_config.json` or in the card.",
)
_HEX = frozenset("0123456789abcdef")


@check(code="PV056", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.INFO)
def base_revision_pinned(lineage: Lineage) -> Outcome:
    """The base model's revision is named.

    What it asks: whether the commit of the base model that this one was made from is named.
    Why it matters: base models change under their name; only a commit says which one it was.
    Evidence: `revision` in the adapter's configuration.
    Remedy: name the commit of the base model, for example as `revision` in `adapter_config.json` or in the card.
    Limits: a commit mentioned in prose is not found.
    Source: this project.
    """
    if not lineage.parents:
        return _NONE
    for parent in lineage.parents:
        if parent.revision:
            is_commit = len(parent.revision) == 40 and _HEX.issuperset(parent.revision)
            kind = "commit" if is_commit else "revision, which can move,"
            return claimed(
                f"{parent.name} at {kind} {parent.revision}.",
                claim=Claim(parent.revision, parent.where),
                grade=1.0 if is_commit else 0.5,
            )
    return _MISSING
