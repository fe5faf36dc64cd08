"""LI023: several declared licences say which of them holds for what."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, conflict, traits
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
    verified,
)

_ONE = not_applicable("No more than one exact licence is declared.")


@check(code="LI023", attribute=Attribute.LICENCE, factor=Factor.COMPATIBILITY, severity=Severity.LOW)
def declared_licences_coexist(licence: Licence) -> Outcome:
    """Several declared licences say which of them holds for what.

    What it asks: whether two declared licences contradict each other, so that it must be told what each is for.
    Why it matters: under `mit` and `cc-by-nc-4.0` together nobody knows whether commercial use is allowed.
    Evidence: the list in `license`; this project's table of what licences demand.
    Remedy: declare the licence of the weights alone, and name those of code and data in the card.
    Limits: licences may rightly stand side by side for different parts; then the card should say so.
    Source: this project.
    """
    known = [(term, held) for term in licence.declared if (held := traits(term.key)) is not None]
    if len(known) < 2:
        return _ONE
    first, own = known[0]
    for term, held in known[1:]:
        reason = _commercial(held.allows_commercial, own.allows_commercial)
        if not reason and conflict(held, own):
            reason = conflict(own, held)
        if reason:
            return contradicted(
                f"{first.identifier} and {term.identifier} are both declared, and contradict each other.",
                Evidence(reason, term.where),
                claim=Claim(f"license: {first.identifier}, {term.identifier}", first.where),
                remedy="Declare the licence of the weights alone, and name those of code and data in the card.",
                confidence=Confidence.MEDIUM,
            )
    names = ", ".join([term.identifier for term, _ in known])
    return verified(f"Nothing in {names} speaks against the others.")


def _commercial(one: bool | None, other: bool | None) -> str:
    return (
        "one allows commercial use, the other forbids it"
        if one is not None and other is not None and one != other
        else ""
    )
