"""SE040: the registry's own scanner found nothing."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
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

_NO_REGISTRY = not_applicable("No registry stands behind these files.")
_NOT_TOLD = not_applicable("The registry's record tells no scan.")
_NOT_DONE = unknown("The registry has not finished its scan, so that it flags nothing means nothing.")


@check(code="SE040", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.HIGH)
def registry_scan_clean(registry: Registry | None) -> Outcome:
    """The registry's own scanner found nothing.

    What it asks: whether the registry finished its malware scan of this revision, and flagged no file.
    Why it matters: it is a second opinion, made with other tools; an unfinished scan looks like a clean one.
    Evidence: `securityRepoStatus` of the registry's record; of flagged files, what each of its scanners says.
    Remedy: remove the flagged files, or replace them by safetensors.
    Limits: the registry's scanners miss much (as every list of bad names does), and flag some harmless files.
    Source: Jiang et al., ICSE 2023, Table IV: malware scan; Hugging Face Hub documentation, security.
    """
    if registry is None:
        return _NO_REGISTRY
    if registry.flagged_files:
        named = registry.flagged_files[:5]
        return contradicted(
            f"The registry flags {len(registry.flagged_files)} file(s): {', '.join(named)}.",
            *(Evidence(_why(registry, path), Location(path)) for path in named),
            remedy="Remove the flagged files, or replace them by safetensors.",
        )
    if registry.scans_done is None:
        return _NOT_TOLD
    return verified("The registry's scan is finished and flags nothing.") if registry.scans_done else _NOT_DONE


def _why(registry: Registry, path: str) -> str:
    return "; ".join(registry.flag_reasons.get(path, ())) or "flagged by the registry"
