"""PV041: the card says how to cite the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    missing,
    verified,
)

_MISSING = missing("The card has no BibTeX entry.", remedy="Add a citation section with a BibTeX entry.")
_WORDS = ("citation", "citing", "cite", "bibtex", "reference")


@check(code="PV041", attribute=Attribute.PROVENANCE, factor=Factor.PAPER, severity=Severity.LOW)
def citation_given(lineage: Lineage, card: Card, manifest: Manifest | None) -> Outcome:
    """The card says how to cite the model.

    What it asks: whether the card holds a BibTeX entry or a citation section, or the repository a `CITATION.cff`.
    Why it matters: a citation ties the model to the work that it comes from, and gives credit.
    Evidence: BibTeX entries and headings in the card; `CITATION.cff`.
    Remedy: add a citation section with a BibTeX entry.
    Limits: whether the entry is about this model is not told.
    Source: Hugging Face model card template; this project.
    """
    if lineage.has_bibtex:
        return claimed("The card holds a BibTeX entry.")
    held = manifest.named("citation.cff", "citation.bib") if manifest is not None else ()
    if held:
        return verified(f"The repository holds {held[0].path}.", Evidence(held[0].path, Location(held[0].path)))
    return described(card, _WORDS, _MISSING)
