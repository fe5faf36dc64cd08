"""QU015: the card's links answer."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.surroundings import Links
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("The card has no web addresses.")
_NO_ANSWER = unknown("No link answered.")
_GONE = frozenset({404, 410})


@check(code="QU015", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def links_reachable(links: Links) -> Outcome:
    """The card's links answer.

    What it asks: whether the web addresses in the card answer with something else than "not found".
    Why it matters: papers, data and demos that are gone cannot be checked any more.
    Evidence: the HTTP status of every address.
    Remedy: replace the links that are gone, or link an archive.
    Limits: only "not found" and "gone" count against a link; servers that refuse programs or do not answer leave it open.
    Source: this project.
    """
    if not links.status:
        return _NONE
    gone = [url for url, status in links.status.items() if status in _GONE]
    answered = [url for url, status in links.status.items() if status is not None]
    if not answered:
        return _NO_ANSWER
    if not gone:
        return verified(f"{len(answered)} of {len(links.status)} links answer, none with “not found”.")
    return contradicted(
        f"{len(gone)} of {len(links.status)} links are gone, for example {gone[0][:120]}.",
        *[Evidence(f"{url[:200]}: {links.status[url]}") for url in gone[:5]],
        claim=Claim(gone[0][:200]),
        remedy="Replace the links that are gone, or link an archive.",
    )
