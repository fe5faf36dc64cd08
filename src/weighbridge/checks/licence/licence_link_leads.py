"""LI003: the link to the licence leads somewhere."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("The front matter has no `license_link`.")
_REMEDY = "Let `license_link` lead to a file of the repository, or to a web address."
_NO_LIST = unknown("The repository's files are not listed.")


@check(code="LI003", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.LOW)
def licence_link_leads(licence: Licence, manifest: Manifest | None, metadata: Metadata | None) -> Outcome:
    """The link to the licence leads somewhere.

    What it asks: whether `license_link` is a web address, or a file that the repository holds.
    Why it matters: a licence that is only linked cannot be read when the link leads nowhere.
    Evidence: `license_link` in the front matter; the list of files.
    Remedy: let `license_link` lead to a file of the repository, or to a web address.
    Limits: web addresses are checked for their form here; whether they answer is asked by the check of links.
    Source: Hugging Face Hub, `license_link`.
    """
    link = licence.link
    if not link:
        return _NONE
    claim = Claim(f"license_link: {link}", metadata.where("license_link") if metadata is not None else None)
    if link.startswith(("https://", "http://")):
        is_whole = "." in link.partition("://")[2].partition("/")[0] and " " not in link
        if is_whole:
            return claimed(f"The licence is said to stand at {link}.", claim=claim)
        return contradicted(f"“{link}” is no web address.", claim=claim, remedy=_REMEDY)
    if manifest is None:
        return _NO_LIST
    path = link.partition("#")[0].removeprefix("./")
    if path in manifest:
        return verified(f"The licence stands in {path}.", Evidence(path, Location(path)), claim=claim)
    return contradicted(f"`license_link` names {link}; there is no such file.", claim=claim, remedy=_REMEDY)
