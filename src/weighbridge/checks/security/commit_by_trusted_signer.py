"""SE054: somebody whom the user trusts signed the commit."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.committers import Committers
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    Vouch,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_UNASKED = not_applicable("Nobody was named who was to sign commits (`--allowed-signers`, `--keyring`).")
_NO_COMMITS = unknown("No commit could be read.")
_GRAVE = frozenset({Vouch.BAD, Vouch.REVOKED})


@check(code="SE054", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.CRITICAL)
def commit_by_trusted_signer(committers: Committers) -> Outcome:
    """Somebody whom the user trusts signed the commit.

    What it asks: whether the commit that is weighed carries a signature by one of the keys that the user gave.
    Why it matters: a commit's author is what its maker wrote; only a signature says who made it, and with it all that came before.
    Evidence: the commit's OpenPGP or SSH signature, verified by gpg and ssh-keygen with the given keys alone.
    Remedy: get the model from where its publisher signs it; publishers: sign commits with the key that users know.
    Limits: asked only with `--allowed-signers` or `--keyring`, and of a clone. The signature is over what was committed; files
        that were changed in the working tree since are not covered. Whether an SSH key was valid is asked for the day that the
        commit gives itself.
    Source: Jiang et al., ICSE 2023, Table IV: GPG-signed commits (spoofing, tampering, repudiation).
    """
    if not committers.is_asked:
        return _UNASKED
    head = committers.head
    if head is None:
        return _NO_COMMITS
    share = f"{committers.trusted} of the {len(committers.commits)} newest commits are signed by those whom you trust"
    if head.vouch is Vouch.TRUSTED:
        return verified(f"{head.signer} signed commit {head.id[:12]}; {share}.", Evidence(f"{head.id} {head.key}"))
    return contradicted(
        f"Commit {head.id[:12]} is {head.vouch.value}; {share}.",
        Evidence(f"{head.id} {head.key}".rstrip()),
        remedy="Get the model from where its publisher signs it; publishers: sign commits with the key that users know.",
        severity=Severity.CRITICAL if head.vouch in _GRAVE else Severity.HIGH,
    )
