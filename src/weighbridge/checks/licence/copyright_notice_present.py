"""LI012: the licence text says whose copyright it is."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence
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

_NO_TEXT = not_applicable("There is no licence file whose copyright line would be needed.")
_NOT_NEEDED = not_applicable("The text of the licence does not carry the copyright line itself.")
_CARRY_IT = frozenset(
    {"MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "ISC", "BSD-4-Clause", "NCSA", "Zlib", "X11"}
)


@check(code="LI012", attribute=Attribute.LICENCE, factor=Factor.TEXT, severity=Severity.LOW)
def copyright_notice_present(licence: Licence) -> Outcome:
    """The licence text says whose copyright it is.

    What it asks: whether an MIT, BSD or ISC text has its line "Copyright (c) year holder".
    Why it matters: the notice is what these licences ask to be kept, and names who grants the licence.
    Evidence: the licence files' text.
    Remedy: fill in year and holder in the licence file's copyright line.
    Limits: Apache-2.0 and most others need no such line in their text and are left out.
    Source: MIT and BSD licence terms.
    """
    if not licence.texts:
        return _NO_TEXT
    held = [text for text in licence.texts if text.key in _CARRY_IT]
    if not held:
        return _NOT_NEEDED
    named = next((text for text in held if text.has_copyright_notice), None)
    if named is not None:
        return verified(f"{named.path} carries a copyright line.", Evidence(named.key, Location(named.path)))
    return missing(
        f"{held[0].path} is the text of {held[0].key} without a copyright line.",
        Evidence(held[0].key, Location(held[0].path)),
        remedy="Fill in year and holder in the licence file's copyright line.",
    )
