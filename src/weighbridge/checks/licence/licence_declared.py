"""LI001: a licence is declared."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    missing,
)

_MISSING = missing(
    "No licence is declared: nothing allows the model to be used.",
    remedy="Set `license:` in the card's front matter to the identifier of the licence that you grant.",
)
_UNDECLARED = "Set `license:` in the card's front matter, so that registries and tools see it."


@check(code="LI001", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.HIGH)
def licence_declared(licence: Licence, manifest: Manifest | None) -> Outcome:
    """A licence is declared.

    What it asks: whether the front matter declares a licence, or another place of the repository names one.
    Why it matters: without a licence all rights are reserved, and nobody may use, change or pass on the model.
    Evidence: `license` in the front matter; the registry's tag; weight files' metadata; licence files.
    Remedy: set `license:` in the card's front matter to the identifier of the licence that you grant.
    Limits: whether the publisher may grant it is asked by the checks of compatibility.
    Source: Jiang et al., ICSE 2023, Table I: licence; Model Openness Framework.
    """
    if licence.declared:
        names = ", ".join([term.identifier for term in licence.declared])
        return claimed(f"Licence: {names}.", claim=Claim(f"license: {names}", licence.declared[0].where))
    term = next((term for term in licence.others if term.key), None)
    if term is not None:
        return claimed(
            f"Licence {term.identifier}, named only outside the front matter.",
            claim=Claim(term.identifier, term.where),
            grade=0.6,
            remedy=_UNDECLARED,
        )
    if manifest is not None and manifest.licences:
        path = manifest.licences[0].path
        key = next((text.key for text in licence.texts if text.path == path), "")
        return claimed(
            f"{path} is there; the front matter declares no licence.",
            Evidence(key or "licence file", Location(path)),
            grade=0.6,
            remedy=_UNDECLARED,
        )
    return _MISSING
