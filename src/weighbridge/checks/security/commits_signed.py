"""SE050: the commits are signed."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.history import History
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, not_applicable

_UNTOLD = not_applicable("The registry's interface does not tell which commits are signed; audit a clone.")


@check(code="SE050", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.LOW)
def commits_signed(history: History) -> Outcome:
    """The commits are signed.

    What it asks: what share of the commits carries a signature.
    Why it matters: without one, anybody who gets the account's password publishes in its name.
    Evidence: the `gpgsig` header of every commit.
    Remedy: sign commits with GPG or SSH, and register the key with the registry.
    Limits: the signature is found, not verified against a key; so it is a claim. SE054 verifies, with keys that you give.
    Source: Jiang et al., ICSE 2023, Table IV: 132 of 63,182 repositories (0.21 %) had signed commits.
    """
    told = [commit for commit in history.commits if commit.is_signed is not None]
    if not told:
        return _UNTOLD
    signed = [commit for commit in told if commit.is_signed]
    if not signed:
        return missing(
            f"None of {len(told)} commits is signed.",
            remedy="Sign commits with GPG or SSH, and register the key with the registry.",
        )
    grade = len(signed) / len(told)
    return claimed(f"{len(signed)} of {len(told)} commits are signed.", Evidence(signed[0].id), grade=grade)
