"""LI020: the licence is one that the base model's licence allows."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.licence import Licence, Term, conflict, traits
from weighbridge.facts.lineage import Lineage, Parent
from weighbridge.facts.surroundings import Surroundings
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NO_BASE = not_applicable("No base model is declared.")
_NONE_DECLARED = not_applicable("No exact licence is declared that could be compared with the base model's.")
_NOT_ASKED = in_doubt(unknown("The base model's licence was not looked up: offline, or the registry did not answer."))
_UNTOLD = in_doubt(unknown("The base model's licence is not declared, or not in the table of licences."))


@check(code="LI020", attribute=Attribute.LICENCE, factor=Factor.COMPATIBILITY, severity=Severity.HIGH)
def base_licence_compatible(licence: Licence, lineage: Lineage, surroundings: Surroundings | None) -> Outcome:
    """The licence is one that the base model's licence allows.

    What it asks: whether a model may be passed on under its licence when it was made from the declared base model.
    Why it matters: nobody can grant more than they were granted; who relies on the milder licence is not protected.
    Evidence: the licences declared here and by the base model; this project's table of what licences demand.
    Remedy: declare the base model's licence, or a licence that it allows.
    Limits: a table is no legal advice; whether a fine-tuned model is a derivative work is not settled by courts.
    Source: PeaTMOSS, licence incompatibilities; Linux Foundation licence compatibility; this project's rules.
    """
    if not lineage.parents:
        return _NO_BASE
    own = next((known for term in licence.declared if (known := traits(term.key)) is not None), None)
    if own is None:
        return _NONE_DECLARED
    around = surroundings.parents if surroundings is not None else {}
    if not any(held.licence is not None for held in around.values()):
        return _NOT_ASKED
    compared = []
    for parent in lineage.parents:
        held = around.get(parent.name)
        for term in held.licence.declared if held is not None and held.licence is not None else ():
            base = traits(term.key)
            if base is None:
                continue
            compared.append(f"{parent.name} ({term.identifier})")
            reason = conflict(base, own)
            if reason:
                return _conflicting(licence, parent, term, reason)
    if not compared:
        return _UNTOLD
    names = ", ".join(list(dict.fromkeys(compared))[:3])
    return verified(f"Nothing in the licence of {names} speaks against {own.key}.")


def _conflicting(licence: Licence, parent: Parent, term: Term, reason: str) -> Outcome:
    declared = licence.declared[0]
    return contradicted(
        f"{declared.identifier} is declared; the base model {parent.name} is under {term.identifier}: {reason}.",
        Evidence(f"{parent.name}: license: {term.identifier}"),
        claim=Claim(f"license: {declared.identifier}", declared.where),
        remedy="Declare the base model's licence, or a licence that it allows.",
        confidence=Confidence.MEDIUM,
    )
