"""What makes a finding the same finding the next time, whatever words it is told in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from weighbridge.model import Attribute, Location, Verdict


def fingerprint(verdict: Verdict) -> str:
    """Return 32 hex digits that stay the same while code, subject and the files concerned stay the same.

    Messages, lines and byte offsets are left out: they change with every edit above them. In security what was found counts as
    well: a file that is known for one call and then makes another has a new finding.
    """
    parts = [verdict.code, verdict.subject, *sorted(set(_places(verdict)))]
    if verdict.attribute is Attribute.SECURITY:
        parts += ["found", *sorted({evidence.text for evidence in verdict.evidence})]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def locations(verdict: Verdict) -> Iterator[Location]:
    """Yield every place a verdict points at: its evidence first, then the claim."""
    for evidence in verdict.evidence:
        if evidence.where:
            yield evidence.where
    if verdict.claim and verdict.claim.where:
        yield verdict.claim.where


def _places(verdict: Verdict) -> Iterator[str]:
    for where in locations(verdict):
        yield f"{where.path}!{where.member or ''}#{where.pointer or ''}"
