"""SE072: the history holds no secrets."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.past import OldSecrets
from weighbridge.model import Attribute, Factor, Outcome, Severity, contradicted, not_applicable, unknown, verified

_NO_CLONE = not_applicable("The files are no clone, so past commits' files are not here.")


@check(code="SE072", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.MEDIUM)
def history_holds_no_secrets(old: OldSecrets) -> Outcome:
    """The history holds no secrets.

    What it asks: whether small texts that past commits had, and the present one has not, hold keys, tokens or passwords.
    Why it matters: deleting a file hides a secret from those who look, not from those who clone.
    Evidence: texts with the structure that a service gives its tokens, shown in part, with the path and the commit that brought them.
    Remedy: revoke the secret; taking it out of the history comes second.
    Limits: of clones; the same kinds of files as SE071, up to 1 MiB each, a bounded number of them. Whether a secret still works is
        not asked.
    Source: this project's threat catalogue, 43.
    """
    if not old.is_clone:
        return _NO_CLONE
    if old.secrets:
        first = old.secrets[0]
        return contradicted(
            f"Past commits hold {len(old.secrets)} secret(s): {first.text}, {first.where}.",
            *old.secrets[:5],
            remedy="Revoke the secret; taking it out of the history comes second.",
        )
    if old.is_shallow:
        return unknown(
            f"No secret in {old.files:,} files of past commits; the clone is shallow, so older ones are not here."
        )
    if old.left_out:
        return unknown(
            f"No secret in {old.files:,} files of past commits; {old.left_out:,} more were too large or too many."
        )
    return verified(f"No secret in {old.files:,} files that past commits had.")
