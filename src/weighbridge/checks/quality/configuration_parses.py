"""QU033: the configuration files are valid."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config, Document
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)
from weighbridge.model.units import plural

_NONE = not_applicable("There is no configuration file.")
_COPY = unknown("Only the registry's copy of the configuration was looked at.", depth=Depth.CARD)


@check(code="QU033", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def configuration_parses(config: Config) -> Outcome:
    """The configuration files are valid.

    What it asks: whether every JSON and YAML configuration file can be parsed, and all readers take it the same.
    Why it matters: a broken file stops the model from loading; a key that stands twice is read differently by different tools.
    Evidence: the configuration files, parsed.
    Remedy: correct the file, and load the model once with it.
    Limits: whether the values are right is asked by other checks.
    Source: RFC 8259; this project.
    """
    if config.is_partial:
        return _COPY
    if not config.documents:
        return _NONE
    for document in config.documents.values():
        if document.problem is not None:
            return _wrong(document, document.problem.message, len(config.documents), None)
    for document in config.documents.values():
        if document.doubts:
            return _wrong(document, document.doubts[0].message, len(config.documents), Severity.LOW)
    return verified(f"All {len(config.documents)} configuration files parse.")


def _wrong(document: Document, reason: str, total: int, severity: Severity | None) -> Outcome:
    return contradicted(
        f"{document.path} (of {plural(total, 'configuration file')}): {reason}.",
        Evidence(reason, Location(document.path)),
        claim=Claim("configuration", Location(document.path)),
        remedy="Correct the file, and load the model once with it.",
        severity=severity,
    )
