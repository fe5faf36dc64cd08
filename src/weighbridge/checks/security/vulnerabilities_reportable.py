"""SE070: it is told where to report a vulnerability."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, verified

_PHRASES = (
    "report a vulnerability",
    "report vulnerabilities",
    "security contact",
    "responsible disclosure",
    "security issue",
)
_MISSING = missing(
    "Nothing tells where to report a vulnerability of the model.",
    remedy="Ship SECURITY.md with an address for reports.",
)


@check(code="SE070", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.LOW)
def vulnerabilities_reportable(manifest: Manifest, card: Card | None) -> Outcome:
    """It is told where to report a vulnerability.

    What it asks: whether SECURITY.md is shipped, or the card says how to report a security problem.
    Why it matters: who finds a back door or leaked data in a model needs somebody to tell.
    Evidence: SECURITY.md among the files; phrases of the card.
    Remedy: ship SECURITY.md with an address for reports.
    Limits: whether anybody answers is not told.
    Source: OpenSSF Scorecard: Security-Policy; Foundation Model Transparency Index: responsible disclosure.
    """
    policy = next((file.path for file in manifest.files if file.name.lower() == "security.md"), "")
    if policy:
        return verified(f"{policy} is there.", Evidence(policy, Location(policy)))
    line = card.mentions(*_PHRASES) if card else None
    if card is None or line is None:
        return _MISSING
    return claimed("The card speaks of it.", Evidence("security", Location(card.path, line=line)))
