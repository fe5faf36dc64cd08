"""SE046: the files are those that were committed."""

from __future__ import annotations

import msgspec

from weighbridge.checks.contract import check
from weighbridge.facts.checkout import Checkout
from weighbridge.facts.roles import acts_on_loading
from weighbridge.model import (
    Attribute,
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

_NO_CLONE = not_applicable("The files are no clone, so no commit says what they should be.")
_REMEDY = "See `git status`, and restore or commit the files."
_SHOWN = 5


@check(code="SE046", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.HIGH)
def files_as_committed(checkout: Checkout) -> Outcome:
    """The files are those that were committed.

    What it asks: whether every file of a clone is, byte for byte, the one of its commit, and none stands beside them that was not
        committed.
    Why it matters: a commit names what was reviewed, signed and released; a file changed or added since is none of that.
    Evidence: git's hash of every file, measured; for large files the SHA-256 in the committed pointer.
    Remedy: see `git status`, and restore or commit the files.
    Limits: of clones, at full depth. Line ends that git rewrites at checkout count as a change. Files that loading does not use weigh
        less; what only was not checked out is told and contradicts nothing.
    Source: Jiang et al., ICSE 2023, STRIDE: tampering; this project's threat catalogue, 56.
    """
    if not checkout.is_clone:
        return _NO_CLONE
    differing = [(path, f"{path} was changed") for path in checkout.changed]
    differing += [(path, f"{path} was added") for path in checkout.added]
    if differing:
        return _differing(differing)
    if checkout.unread:
        return unknown(f"{checkout.unread[0]} could not be compared with its commit.")
    absent = f"; {len(checkout.missing):,} are not there" if checkout.missing else ""
    return verified(f"{checkout.same:,} files are as they were committed{absent}.")


def _differing(differing: list[tuple[str, str]]) -> Outcome:
    acting = [pair for pair in differing if acts_on_loading(pair[0])]
    shown = (acting or differing)[:_SHOWN]
    more = f"; and {len(differing) - len(shown):,} more" if len(differing) > len(shown) else ""
    outcome = contradicted(
        f"The files are not those of the commit: {'; '.join(text for _, text in shown)}{more}.",
        *(Evidence(text, Location(path)) for path, text in shown),
        remedy=_REMEDY,
    )
    return outcome if acting else msgspec.structs.replace(outcome, severity=Severity.LOW)
