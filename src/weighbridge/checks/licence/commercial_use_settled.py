"""LI005: the licence says whether commercial use is allowed."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, LicenceText, LicenceTraits, traits
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
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
    Evidence: the declared licence, or where none is exact the licence file's text; this project's table of what licences allow.
    Remedy: declare a licence that settles commercial use.
    Limits: a table is no legal advice; the text decides.
    Source: this project's table of licences; SPDX; ScanCode LicenseDB.
    """
    text = next((text for text in licence.texts if text.key), None)
    if not any(term.key for term in licence.named) and text is not None:
        return _by_text(text)
    if not licence.named:
        return _NONE
    term = licence.named[0]
    known = traits(term.key) if term.key else None
    if known is None:
        return _UNTOLD
    return _settled(term.identifier, known, claim=Claim(f"license: {term.identifier}", term.where))


def _by_text(text: LicenceText) -> Outcome:
    """Answer from a licence file where no field names an exact licence."""
    known = traits(text.key)
    if known is None:
        return _UNTOLD
    return _settled(f"{text.key}, whose text {text.path} is,", known, Evidence(text.key, Location(text.path)))


def _settled(name: str, known: LicenceTraits, *evidence: Evidence, claim: Claim | None = None) -> Outcome:
    limits = ", and restricts what the model may be used for" if known.restricts_use else ""
    grade = 0.5 if known.allows_commercial is None else 1.0
    message = f"{name} {_WORDS[known.allows_commercial]} commercial use{limits}."
    return claimed(message, *evidence, claim=claim, grade=grade)
