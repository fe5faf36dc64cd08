"""LI002: the declared licence is one exact licence."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, is_family
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
    verified,
)

_NONE = not_applicable("No licence is declared.")
_REMEDY = "Use the identifier of one exact licence, or `other` with `license_name` and `license_link`."


@check(code="LI002", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.MEDIUM)
def licence_recognised(licence: Licence) -> Outcome:
    """The declared licence is one exact licence.

    What it asks: whether the identifier stands for one licence, or is explained by `license_name` and `license_link`.
    Why it matters: `other`, `cc` or `gpl` leave open what is allowed; tools then treat the model as unlicensed.
    Evidence: `license`, `license_name`, `license_link`; this project's table of identifiers, SPDX's list.
    Remedy: use the identifier of one exact licence, or `other` with `license_name` and `license_link`.
    Limits: a licence of the publisher's own is accepted by its name and link; its text is not judged.
    Source: Hugging Face Hub, licence identifiers; SPDX licence list.
    """
    if not licence.named:
        return _NONE
    open_terms = [term for term in licence.named if not term.key]
    first = (open_terms or licence.named)[0]
    claim = Claim(f"license: {first.identifier}", first.where)
    if not open_terms:
        keys = ", ".join([term.key for term in licence.named])
        return verified(f"“{first.identifier}” stands for {keys}.", claim=claim)
    if licence.name and licence.link:
        return claimed(f"A licence of its own name: {licence.name}, at {licence.link}.", claim=claim)
    if licence.link or licence.name:
        told = licence.link or licence.name
        return claimed(f"“{first.identifier}” is explained by {told} alone.", claim=claim, grade=0.5, remedy=_REMEDY)
    reason = "names a family of licences, or none" if is_family(first.identifier) else "is no known licence"
    return missing(f"“{first.identifier}” {reason}.", Evidence(first.identifier, first.where), remedy=_REMEDY)
