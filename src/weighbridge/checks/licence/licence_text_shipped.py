"""LI010: the licence's text comes along."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, traits
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    not_applicable,
    verified,
)

_NONE = not_applicable("No licence is declared whose text would have to come along.")
_NOT_DEMANDED = not_applicable("The declared licence does not ask for its text to be passed on.")


@check(code="LI010", attribute=Attribute.LICENCE, factor=Factor.TEXT, severity=Severity.MEDIUM)
def licence_text_shipped(licence: Licence, manifest: Manifest) -> Outcome:
    """The licence's text comes along.

    What it asks: whether the repository holds a licence file, which nearly all licences demand to be passed on.
    Why it matters: MIT, BSD and Apache grant their permission on the condition that the text goes with every copy.
    Evidence: files named LICENSE, LICENCE or COPYING.
    Remedy: add the licence's full text, with the copyright line, as `LICENSE`.
    Limits: a text inside the card is not recognised as one.
    Source: MIT, BSD and Apache-2.0 licence terms; PeaTMOSS: most models lack the text of their licence.
    """
    if manifest.licences:
        first = manifest.licences[0].path
        return verified(f"The repository holds {first}.", Evidence(first, Location(first)))
    if not licence.declared:
        return _NONE
    term = licence.declared[0]
    known = traits(term.key) if term.key else None
    if known is not None and not known.requires_text:
        return _NOT_DEMANDED
    return missing(
        f"{term.identifier} is declared; its text is not in the repository.",
        Evidence(f"license: {term.identifier}", term.where),
        remedy="Add the licence's full text, with the copyright line, as `LICENSE`.",
    )
