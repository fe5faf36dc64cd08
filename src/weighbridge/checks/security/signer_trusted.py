"""SE045: somebody whom the user trusts signed the model."""

from __future__ import annotations

import msgspec

from weighbridge.checks.contract import check
from weighbridge.facts.signing import ModelSignature, Signing, Standing
from weighbridge.model import (
    Attribute,
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

_UNSIGNED = not_applicable("The model carries no signature, and none was asked for.")
_REMEDY = "Get the model from where its publisher signs it; publishers: sign with the key that users know."


@check(code="SE045", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.CRITICAL)
def signer_trusted(signing: Signing) -> Outcome:
    """Somebody whom the user trusts signed the model.

    What it asks: whether one of the model's signatures was made with a key, under a certificate or by an identity that the user
        named.
    Why it matters: anybody can sign anything; a signature says something only to those who know whose it is.
    Evidence: the signature over the bundle's statement, verified with the keys, certificates or identity given.
    Remedy: get the model from where its publisher signs it; publishers: sign with the key that users know.
    Limits: without `--key` or `--identity` a signature is only claimed, and its absence is no contradiction. Identities are
        verified against the trust root that the installed sigstore brings, without asking anybody.
    Source: OpenSSF Model Signing specification 1.0; Jiang et al., ICSE 2023, STRIDE: spoofing.
    """
    if not signing.signatures and not signing.wanted:
        return _UNSIGNED
    if not signing.wanted:
        first = signing.signatures[0]
        return _soft(claimed(_unasked(first), Evidence("a signature", Location(first.path))))
    if signing.trusted:
        held = signing.trusted[0]
        return verified(f"{held.path} was signed by {held.proof.by}.", Evidence(held.proof.by, Location(held.path)))
    if not signing.signatures:
        return contradicted(f"Nobody signed the model; {signing.wanted} was to have.", remedy=_REMEDY)
    return _refused(signing)


def _unasked(signature: ModelSignature) -> str:
    made = f" with {signature.statement.scheme.value}" if signature.statement else ""
    return f"{signature.path} was made{made}; nobody was named who should have (`--key`, `--identity`)."


def _soft(outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, severity=Severity.LOW)


def _refused(signing: Signing) -> Outcome:
    """Tell why no signature counts: one that could not be looked at leaves the question open, unless another fails."""
    reasons = [(s, s.broken or s.unread or s.proof.reason) for s in signing.signatures]
    evidence = [Evidence(reason, Location(signature.path)) for signature, reason in reasons]
    text = "; ".join(f"{signature.path}: {reason}" for signature, reason in reasons)
    if any(s.broken or s.proof.standing is Standing.FAILS for s in signing.signatures):
        return contradicted(f"No signature is by {signing.wanted}: {text}.", *evidence, remedy=_REMEDY)
    return unknown(f"Whether {signing.wanted} signed could not be told: {text}.", *evidence)
