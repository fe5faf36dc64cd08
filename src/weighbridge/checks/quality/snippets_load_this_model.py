"""QU017: the card's code loads this model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.code import Code
from weighbridge.facts.identity import Identity
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("No code of the card loads a model by its id.")
_NO_ID = not_applicable("The audited files have no registry id that the code could name.")


@check(code="QU017", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def snippets_load_this_model(code: Code, identity: Identity, lineage: Lineage | None, card: Card | None) -> Outcome:
    """The card's code loads this model.

    What it asks: whether at least one of the ids that the card's code loads is this repository's own.
    Why it matters: a snippet copied from another card loads another model, and nobody notices.
    Evidence: ids given to loading calls in the card's code; the repository's id; declared base models.
    Remedy: put the repository's own id into the snippet.
    Limits: other ids of the same name (a moved repository) and ids of base models leave it open.
    Source: Jiang et al., ICSE 2023, Table III: model application; this project.
    """
    named = [(snippet, model) for snippet in code.snippets for model in snippet.models if "/" in model]
    if not named:
        return _NONE
    own = identity.ref.name
    if not identity.ref.owner:
        return _NO_ID
    path = card.path if card is not None else "README.md"
    snippet = next((snippet for snippet, model in named if model.lower() == own.lower()), None)
    if snippet is not None:
        return verified(f"The code loads {own}.", Evidence(own, Location(path, line=snippet.line)))
    snippet, other = named[0]
    where = Location(path, line=snippet.line)
    if other.rpartition("/")[2].lower() == identity.ref.short_name.lower():
        return claimed(f"The code loads {other}, a model of the same name.", Evidence(other, where), grade=0.5)
    bases = {parent.name.lower() for parent in lineage.parents} if lineage is not None else set()
    if other.lower() in bases or other.startswith(("./", "../", "/", "path/", "your")):
        return claimed(f"The code loads {other}, not {own} by its id.", Evidence(other, where), grade=0.5)
    return contradicted(
        f"The code loads {other}, and nowhere {own}.",
        Evidence(other, where),
        claim=Claim(f"how to use {own}", where),
        remedy="Put the repository's own id into the snippet.",
        confidence=Confidence.MEDIUM,
    )
