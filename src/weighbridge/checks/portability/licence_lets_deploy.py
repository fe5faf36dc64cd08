"""PT060: the licence lets the model be deployed."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, traits
from weighbridge.model import Attribute, Claim, Factor, Outcome, Severity, claimed, missing, unknown

_MISSING = missing("No licence: nothing allows the model to be used.", remedy="Set `license` in the front matter.")


@check(code="PT060", attribute=Attribute.PORTABILITY, factor=Factor.LICENCE, severity=Severity.MEDIUM)
def licence_lets_deploy(licence: Licence) -> Outcome:
    """The licence lets the model be deployed.

    What it asks: whether the declared licence is known, and what it says about commercial use.
    Why it matters: a model that may not be used where it is wanted is not portable, however well it runs.
    Evidence: the declared licence, and this project's table of what licences allow.
    Remedy: set `license` in the front matter.
    Limits: a table is no legal advice; the text decides.
    Source: Jiang et al., ICSE 2023, Table I: licence.
    """
    if not licence.declared:
        return _MISSING
    term = licence.declared[0]
    known = traits(term.key) if term.key else None
    if known is None:
        return unknown(f"What “{term.identifier}” allows is not in the table of licences.")
    allowed = {True: "allows", False: "forbids", None: "does not settle"}[known.allows_commercial]
    limits = ", with restrictions of use" if known.restricts_use else ""
    grade = {True: 0.75 if known.restricts_use else 1.0, False: 0.25, None: 0.5}[known.allows_commercial]
    claim = Claim(f"license: {term.identifier}", term.where)
    return claimed(f"{term.key} {allowed} commercial use{limits}.", claim=claim, grade=grade)
