"""SE031: everything to be installed comes from the package index."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, contradicted, not_applicable, verified

_NONE = not_applicable("The model names no requirements.")


@check(code="SE031", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def requirements_from_the_index(environment: Environment) -> Outcome:
    """Everything to be installed comes from the package index.

    What it asks: whether a requirement is fetched from a URL or a version-control repository.
    Why it matters: installing it runs code that no index keeps, that may be another tomorrow, and that nobody scanned.
    Evidence: URLs in requirements, conda and package files.
    Remedy: name a released version, or fix the URL to a commit and say why.
    Limits: a URL fixed to a 40-hex commit is told as soft.
    Source: pip documentation, secure installs; OpenSSF Scorecard: Pinned-Dependencies.
    """
    if not environment.requirements:
        return _NONE
    elsewhere = [r for r in environment.requirements if r.url]
    if not elsewhere:
        return verified(f"All {len(environment.requirements)} requirements come from the package index.")
    loose = [r for r in elsewhere if not _is_fixed(r.url)]
    return contradicted(
        f"{(loose or elsewhere)[0].name} is installed from {(loose or elsewhere)[0].url}.",
        *(Evidence(r.url, r.where) for r in elsewhere[:5]),
        remedy="Name a released version, or fix the URL to a commit and say why.",
        severity=Severity.MEDIUM if loose else Severity.INFO,
    )


def _is_fixed(url: str) -> bool:
    """Tell whether a version-control URL ends in a full commit."""
    commit = url.partition("#")[0].rpartition("@")[2]
    return len(commit) == 40 and all(digit in "0123456789abcdef" for digit in commit.lower())
