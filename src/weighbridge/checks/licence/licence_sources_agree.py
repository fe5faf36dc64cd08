"""LI004: all places name the same licence."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence
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

_NOTHING = not_applicable("No second place names a licence that could be compared with the declared one.")


@check(code="LI004", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.MEDIUM)
def licence_sources_agree(licence: Licence) -> Outcome:
    """All places name the same licence.

    What it asks: whether weight files' metadata and the registry's tag name the licence that the front matter declares.
    Why it matters: of two licences one is wrong, and who relies on the milder one may be infringing.
    Evidence: `license` in the front matter; `general.license` in GGUF files; the registry's tag.
    Remedy: name the same licence everywhere; write the weight files' metadata anew.
    Limits: only licences that are known by name are compared.
    Source: this project; OWASP AIBOM Generator, issue on GGUF metadata.
    """
    declared = {term.key for term in licence.declared if term.key}
    others = [term for term in licence.others if term.key]
    if not declared or not others:
        return _NOTHING
    for term in others:
        if term.key not in declared:
            first = licence.declared[0]
            place = str(term.where) if term.where is not None else "the registry's tag"
            return contradicted(
                f"The front matter says {first.identifier}; {place} says {term.identifier}.",
                Evidence(term.identifier, term.where),
                claim=Claim(f"license: {first.identifier}", first.where),
                remedy="Name the same licence everywhere; write the weight files' metadata anew.",
            )
    # The tag is made from the front matter: that the two agree shows nothing.
    told = next((term for term in others if term.where is not None), None)
    if told is None:
        return _NOTHING
    return verified(f"Front matter and {told.where} both name {told.key}.", Evidence(told.identifier, told.where))
