"""QU014: the card's links are well formed."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("The card has no links.")
_SCHEMES = ("http://", "https://", "mailto:", "#", "/", "data:", "ftp://", "doi:", "hf://", "tel:", "//", "javascript:")
_HOST = re.compile(r"https?://(?:\[[0-9a-fA-F:.]+\]|[^\s/?#]+\.[^\s/?#.]+|localhost)(?:[:/?#]|$)", re.IGNORECASE)
_REMEDY = "Correct the links named, or add the files they lead to."


@check(code="QU014", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def links_well_formed(card: Card, manifest: Manifest | None) -> Outcome:
    """The card's links are well formed.

    What it asks: whether links have an address with a host, or lead to a file of the repository.
    Why it matters: a link that leads nowhere hides the paper, the data or the terms it promises.
    Evidence: the links and images of the card; the list of files.
    Remedy: correct the links named, or add the files they lead to.
    Limits: whether web addresses answer is asked apart; links to folders and other pages of the registry are accepted.
    Source: this project.
    """
    if not card.links:
        return _NONE
    listing = None if card.is_description else manifest
    broken = [link for link in card.links if _is_broken(link.target, listing)]
    if not broken:
        return verified(f"All {len(card.links)} links are well formed.")
    first = broken[0]
    return contradicted(
        f"{len(broken)} of {len(card.links)} links lead nowhere, for example “{first.target[:80]}”.",
        *[at_line(card, link.line, link.target[:120]) for link in broken[:5]],
        claim=Claim(first.target[:120], Location(card.path, line=first.line)),
        remedy=_REMEDY,
    )


def _is_broken(target: str, manifest: Manifest | None) -> bool:
    if target.startswith(("http://", "https://")):
        return _HOST.match(target) is None
    if target.startswith(_SCHEMES) or ":" in target[:12]:
        return False
    path = target.partition("#")[0].partition("?")[0].removeprefix("./").rstrip("/")
    if manifest is None or not path or ".." in path or "%" in path:
        return False
    # Only what looks like a file is promised to be there.
    return (
        "." in path.rpartition("/")[2] and path not in manifest and not path.startswith(("resolve/", "blob/", "www."))
    )
