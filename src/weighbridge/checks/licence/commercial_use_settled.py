"""LI005: the licence says whether commercial use is allowed."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, traits
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Outcome,
    Severity,
    claimed,
    not_applicable,
    unknown,
)

_NONE = not_applicable("No licence is declared whose terms could be told.")
_UNTOLD = unknown("What the declared licence says about commercial use is not in the table of licences.")
_WORDS = {True: "allows", False: "forbids", None: "does not settle"}


@check(code="LI005", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.INFO)
def commercial_use_settled(licence: Licence) -> Outcome:
    """The licence says whether commercial use is allowed.

    What it asks: what the declared licence says about commercial use, and whether it restricts uses.
    Why it matters: it is the first question of everybody who builds a product; this is a fact to decide by, not a fault.
    Evidence: the declared licence; this project's table of what licences allow.
    Remedy: declare a licence that settles commercial use.
    Limits: a table is no legal advice; the text decides.
    Source: this project's table of licences; SPDX; ScanCode LicenseDB.
    """
    if not licence.named:
        return _NONE
    term = licence.named[0]
    known = traits(term.key) if term.key else None
    if known is None:
        return _UNTOLD
    word = _WORDS[known.allows_commercial]
    limits = ", and restricts what the model may be used for" if known.restricts_use else ""
    claim = Claim(f"license: {term.identifier}", term.where)
    grade = 0.5 if known.allows_commercial is None else 1.0
    return claimed(f"{term.identifier} {word} commercial use{limits}.", claim=claim, grade=grade)
