"""SE056: no more can change the model than do."""

from __future__ import annotations

import msgspec

from weighbridge.checks.contract import check
from weighbridge.facts.history import History
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, not_applicable

_NO_REGISTRY = not_applicable("No registry stands behind these files.")
_UNTOLD = not_applicable("The owner is no organisation, or its members were not asked for.")
_SHOWN = 5


@check(code="SE056", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.LOW)
def few_can_write(registry: Registry | None, history: History | None) -> Outcome:
    """No more can change the model than do.

    What it asks: how many members the owning organisation has, and how many of them have committed to this model.
    Why it matters: a member with write access can change every model of the organisation; each unused right is one to be stolen.
    Evidence: the organisation's members as the registry tells them; the authors of the commits.
    Remedy: give write access to those who need it (resource groups), and read access to the others.
    Limits: the registry does not tell roles, so the number of members is the most that can write; members may hide themselves; it
        shows at most a few hundred.
    Source: Jiang et al., ICSE 2023, Table IV: user permission model (elevation of privilege).
    """
    if registry is None:
        return _NO_REGISTRY
    if registry.members is None:
        return _UNTOLD
    members = frozenset(registry.members)
    authors = frozenset(history.authors) if history else frozenset[str]()
    active = sorted(authors & members)
    told = f"Up to {len(members):,} members of {registry.author} can change the model; {len(active):,} of them did."
    strangers = sorted(authors - members)
    if strangers:
        told += f" Others who did: {', '.join(strangers[:_SHOWN])}."
    evidence = Evidence(", ".join(active[:_SHOWN])) if active else Evidence("no member among the authors")
    grade = min(1.0, len(active) / len(members)) if members else 1.0
    return msgspec.structs.replace(claimed(told, evidence), grade=grade)
