"""LI021: restrictions of use come along with the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, traits
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
    not_applicable,
    verified,
)

_UNRESTRICTED = not_applicable("The declared licence restricts no uses.")
_MISSING_REMEDY = "Ship the licence's text with its use policy, or link both in the card."


@check(code="LI021", attribute=Attribute.LICENCE, factor=Factor.COMPATIBILITY, severity=Severity.MEDIUM)
def use_restrictions_passed_on(licence: Licence, manifest: Manifest) -> Outcome:
    """Restrictions of use come along with the model.

    What it asks: whether a model under a licence that restricts uses (OpenRAIL, Llama, Gemma) ships the restrictions.
    Why it matters: these licences oblige everybody who passes the model on to pass the restrictions on.
    Evidence: licence files, NOTICE files and use policies among the files; `license_link`.
    Remedy: ship the licence's text with its use policy, or link both in the card.
    Limits: the files are found by their names; whether the policy is complete is not judged.
    Source: OpenRAIL licences, paragraph 4; Llama community licences, paragraph 1.b; Gemma terms of use, section 3.1.
    """
    restricted = next(
        (term for term in licence.declared if (known := traits(term.key)) is not None and known.restricts_use), None
    )
    if restricted is None:
        return _UNRESTRICTED
    claim = Claim(f"license: {restricted.identifier}", restricted.where)
    held = (*manifest.notices, *manifest.licences)
    if held:
        return verified(
            f"The terms come along in {held[0].path}.", Evidence(held[0].path, Location(held[0].path)), claim=claim
        )
    if licence.link:
        return claimed(f"The terms are linked: {licence.link}.", claim=claim)
    return missing(
        f"{restricted.identifier} restricts uses; neither its text nor a use policy is in the repository.",
        Evidence(f"license: {restricted.identifier}", restricted.where),
        remedy=_MISSING_REMEDY,
    )
