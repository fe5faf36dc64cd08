"""SE055: those whom the user trusts signed the tags."""

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
    missing,
    not_applicable,
    verified,
)

_UNASKED = not_applicable("Nobody was named who was to sign tags (`--allowed-signers`, `--keyring`).")
_NO_TAGS = not_applicable("There is no tag.")
_FORGED = frozenset({Vouch.BAD, Vouch.REVOKED, Vouch.MISNAMED})
_SHOWN = 5


@check(code="SE055", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.HIGH)
def tags_by_trusted_signers(committers: Committers) -> Outcome:
    """Those whom the user trusts signed the tags.

    What it asks: whether the newest tags carry signatures by the keys that the user gave, under the names that they stand for.
    Why it matters: a release is fetched by its tag; whoever may move a tag decides what everybody gets, unless it is signed.
    Evidence: the tags' OpenPGP or SSH signatures, verified by gpg and ssh-keygen with the given keys alone.
    Remedy: sign release tags (`git tag -s`) with the key that users know.
    Limits: asked only with `--allowed-signers` or `--keyring`, and of a clone; the 20 newest tags. A tag that is a mere name for a
        commit carries no signature.
    Source: Jiang et al., ICSE 2023, Table IV: GPG-signed commits (spoofing, tampering, repudiation).
    """
    if not committers.is_asked:
        return _UNASKED
    if not committers.tags:
        return _NO_TAGS
    forged = [tag for tag in committers.tags if tag.vouch in _FORGED]
    if forged:
        return contradicted(
            f"The tag {forged[0].name} is {forged[0].vouch.value}.",
            *(Evidence(f"{tag.name}: {tag.vouch.value}") for tag in forged[:_SHOWN]),
            remedy="Do not use what the tag points to before its publisher says why.",
        )
    trusted = [tag for tag in committers.tags if tag.vouch is Vouch.TRUSTED]
    if not trusted:
        return missing(
            f"None of the {len(committers.tags)} newest tags is signed by those whom you trust.",
            *(Evidence(f"{tag.name}: {tag.vouch.value}") for tag in committers.tags[:_SHOWN]),
            remedy="Sign release tags (`git tag -s`) with the key that users know.",
        )
    return verified(
        f"{len(trusted)} of the {len(committers.tags)} newest tags are signed by those whom you trust.",
        *(Evidence(f"{tag.name}: {tag.signer}") for tag in trusted[:_SHOWN]),
        grade=len(trusted) / len(committers.tags),
    )
