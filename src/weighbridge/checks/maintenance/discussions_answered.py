"""MA010: discussions are settled."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    missing,
    not_applicable,
    unknown,
    verified,
)

_UNTOLD = unknown("The registry's discussions were not counted.")
_NONE = not_applicable("There are no discussions.")


@check(code="MA010", attribute=Attribute.MAINTENANCE, factor=Factor.ISSUES, severity=Severity.MEDIUM)
def discussions_answered(registry: Registry | None) -> Outcome:
    """Discussions are settled.

    What it asks: what share of the discussions and pull requests on the registry is closed.
    Why it matters: questions that stay open show that nobody answers.
    Evidence: the registry's counts of open and closed discussions.
    Remedy: answer the open discussions, and close what is settled.
    Limits: closed does not mean answered, and an open one may be answered.
    Source: Jiang et al., ICSE 2023, Table I: maintenance (open issues answered); this project.
    """
    if registry is None or registry.open_discussions is None or registry.closed_discussions is None:
        return _UNTOLD
    total = registry.open_discussions + registry.closed_discussions
    if not total:
        return _NONE
    message = f"{registry.closed_discussions} of {total} discussions are closed."
    if not registry.closed_discussions:
        return missing(message, remedy="Answer the open discussions, and close what is settled.")
    return verified(message, grade=registry.closed_discussions / total)
