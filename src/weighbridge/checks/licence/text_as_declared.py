"""LI011: the licence file is the text of the declared licence."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.licence import Licence
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NO_TEXT = not_applicable("There is no licence file to compare with the declared licence.")
_NONE_DECLARED = not_applicable("No exact licence is declared to compare the text with.")
_UNREAD = in_doubt(unknown("The licence's text was not read.", depth=Depth.CARD))
_SUFFIXES = ("-only", "-or-later")


@check(code="LI011", attribute=Attribute.LICENCE, factor=Factor.TEXT, severity=Severity.HIGH)
def text_as_declared(licence: Licence, manifest: Manifest | None) -> Outcome:
    """The licence file is the text of the declared licence.

    What it asks: whether a licence file's text is that of the licence that the front matter declares, or a package's METADATA
        names.
    Why it matters: the text binds; who trusts the short name over another text may break the licence.
    Evidence: the text of the licence files nearest the root, recognised by its runs of words; `license` in the front matter.
    Remedy: declare the licence whose text is shipped, or ship the text of the declared one.
    Limits: texts that are not recognised are left open; other files may license other parts, so that one agreeing file is enough.
    Source: this project; SPDX licence list, matching guidelines.
    """
    if not licence.texts:
        return _UNREAD if manifest is not None and manifest.licences else _NO_TEXT
    declared = {_plain(part) for term in licence.named if term.key for part in _parts(term.key)}
    if not declared:
        return _NONE_DECLARED
    # Files below the root license what lies beside them.
    texts = [text for text in licence.texts if "/" not in text.path] or list(licence.texts)
    term = licence.named[0]
    claim = Claim(f"license: {term.identifier}", term.where)
    for text in texts:
        if text.key and not declared.isdisjoint(_plain(part) for part in _parts(text.key)):
            return verified(
                f"{text.path} is the text of {text.key}, as declared.",
                Evidence(f"{text.similarity:.0%} alike", Location(text.path)),
                claim=claim,
            )
    known = next((text for text in texts if text.key), None)
    if known is None:
        return in_doubt(unknown(f"The text of {texts[0].path} is not that of a licence known here."))
    return contradicted(
        f"{term.identifier} is declared; {known.path} is the text of {known.key}.",
        Evidence(f"{known.key}, {known.similarity:.0%} alike", Location(known.path)),
        claim=claim,
        remedy="Declare the licence whose text is shipped, or ship the text of the declared one.",
        severity=None if known.similarity >= 0.9 else Severity.MEDIUM,
    )


def _plain(key: str) -> str:
    """Return the licence whose text it is: `-only` and `-or-later` are said beside the text, not in it."""
    for suffix in _SUFFIXES:
        key = key.removesuffix(suffix)
    return key


def _parts(key: str) -> list[str]:
    return [word for word in key.replace("(", " ").replace(")", " ").split() if word not in ("AND", "OR", "WITH")]
