"""SE049: the registry's own scan and ours agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.by_file import alarms
from weighbridge.checks.security.judging import DANGEROUS
from weighbridge.facts.registry import Registry
from weighbridge.facts.scan import Scan
from weighbridge.model import (
    Attribute,
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

_NO_REGISTRY = not_applicable("No registry stands behind these files.")
_NOT_TOLD = not_applicable("The registry's record tells no scan.")
_NOT_DONE = unknown("The registry has not finished its scan, so there is nothing to compare.")
_UNSCANNED = unknown("The files were not scanned here, so there is nothing to compare.", depth=Depth.HEADERS)
_SHOWN = 20


@check(code="SE049", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM)
def registry_scan_agrees(registry: Registry | None, scan: Scan | None) -> Outcome | Sequence[Outcome]:
    """The registry's own scan and ours agree.

    What it asks: whether the files that the registry's scanners flag are those in which something was found here.
    Why it matters: one of two scans that disagree is wrong: about a file that is not safe, or about one that is.
    Evidence: `securityRepoStatus` of the registry's record; this scan's findings, file by file.
    Remedy: look at what either scan says of the file before you load it.
    Limits: the registry need not say why it flags a file; a finished scan that flags nothing counts as one that passes every file. What is
        only to be reviewed here need not be flagged there. Files that were not read to their end are not compared.
    Source: Jiang et al., ICSE 2023, Table IV: malware scan; this project's threat catalogue.
    """
    if registry is None:
        return _NO_REGISTRY
    if registry.scans_done is None and not registry.flagged_files:
        return _NOT_TOLD
    if scan is None:
        return _UNSCANNED
    if not registry.scans_done and not registry.flagged_files:
        return _NOT_DONE
    return _compare(registry, scan)


def _compare(registry: Registry, scan: Scan) -> list[Outcome]:
    ours, theirs = alarms(scan), frozenset(registry.flagged_files)
    whole = {file.path for file in scan.files if not file.incomplete}
    differing = list(_differences(registry, ours, theirs, whole))
    if differing:
        return differing[:_SHOWN]
    both = len(theirs & ours.keys())
    unread = len(scan.files) - len(whole)
    limits = f"; {unread:,} not read to their end" if unread else ""
    return [verified(f"Both scans agree on {len(whole):,} files, {both:,} of which both flag{limits}.")]


def _differences(
    registry: Registry, ours: dict[str, Severity], theirs: frozenset[str], whole: set[str]
) -> Iterator[Outcome]:
    """Yield files that one scan flags and the other passes; what the registry has not finished it does not pass."""
    for path in sorted(ours.keys() - theirs if registry.scans_done else ()):
        if ours[path] >= DANGEROUS:
            yield _differ(
                path,
                f"The registry's finished scan passes {path}, in which something {ours[path].label} was found here.",
            )
    for path in sorted(theirs - ours.keys()):
        if path in whole:
            why = "; ".join(registry.flag_reasons.get(path, ()))
            yield _differ(
                path, f"The registry flags {path}, in which nothing was found here" + (f" ({why})." if why else ".")
            )
        else:
            yield unknown(f"The registry flags {path}, which was not read to its end here.", subject=path)


def _differ(path: str, text: str) -> Outcome:
    remedy = "Look at what either scan says of the file before you load it."
    return contradicted(text, Evidence("the two scans differ", Location(path)), remedy=remedy, subject=path)
