"""SE052: what was weighed can be named exactly."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.contents import Contents
from weighbridge.facts.identity import Identity
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, verified

_MISSING = missing(
    "Neither a commit nor a digest names what was weighed.",
    remedy="Audit a clone or a pinned download, or look at full depth, which computes a digest.",
)


@check(code="SE052", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.LOW)
def revision_fixed(identity: Identity, contents: Contents | None) -> Outcome:
    """What was weighed can be named exactly.

    What it asks: whether the audited files belong to a 40-hex commit, or were digested as a whole.
    Why it matters: a branch moves; only a commit or a digest says next month that this is still the model that was weighed.
    Evidence: the commit that the revision was resolved to; the OpenSSF Model Signing root digest at full depth.
    Remedy: audit a clone or a pinned download, or look at full depth, which computes a digest.
    Limits: a commit names the model as long as its history is not rewritten.
    Source: OpenSSF Model Signing specification 1.0; OpenSSF Scorecard: Pinned-Dependencies.
    """
    if identity.ref.commit:
        return verified(f"Commit {identity.ref.commit}.", Evidence(identity.ref.commit))
    if contents is not None and contents.root:
        return verified(f"Root digest {contents.root}.", Evidence(contents.root))
    return _MISSING
