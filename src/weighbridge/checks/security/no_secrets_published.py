"""SE071: no secrets are published."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.disclosure import Disclosure
from weighbridge.model import Attribute, Factor, Outcome, Severity, contradicted, not_applicable, verified

_NONE = not_applicable("There is no text file to read.")


@check(code="SE071", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.MEDIUM, version=2)
def no_secrets_published(disclosure: Disclosure) -> Outcome:
    """No secrets are published.

    What it asks: whether keys, tokens or passwords stand in configurations, code, notebooks and other small texts.
    Why it matters: whoever has the token can replace the model under its good name.
    Evidence: texts with the structure that a service gives its tokens, shown in part; placeholders and examples are left out.
    Remedy: revoke the secret, then take it out of the files and of the history.
    Limits: files up to 1 MiB, at this revision; whether a token is still valid is not asked.
    Source: this project's threat catalogue, 43.
    """
    if not disclosure.files:
        return _NONE
    if not disclosure.secrets:
        return verified(f"No secret in {disclosure.files:,} text files.")
    first = disclosure.secrets[0]
    return contradicted(
        f"A secret is published: {first.text} in {first.where}.",
        *disclosure.secrets[:5],
        remedy="Revoke the secret, then take it out of the files and of the history.",
    )
