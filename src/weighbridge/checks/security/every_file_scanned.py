"""SE025: every file was scanned."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import NOTE
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, State, verified


@check(code="SE025", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def every_file_scanned(scan: Scan) -> Sequence[Outcome]:
    """Every file was scanned.

    What it asks: whether every file could be looked at to its end by a scanner that understands it.
    Why it matters: what was not looked at is not safe; it is not known.
    Evidence: the files that no scanner understands, that are broken, compressed in a way not known here, or beyond a limit.
    Remedy: publish the model in open formats, unpacked and unencrypted; users: scan a download, which is read whole.
    Limits: a file that is no model (unknown binary data) weighs less than a model that could not be read.
    Source: this project's threat catalogue: what was skipped is not safe.
    """
    left = scan.incomplete
    if not left:
        return [verified(f"All {len(scan.files):,} files were scanned.")]
    return [_open(file) for file in left]


def _open(file: FileScan) -> Outcome:
    return Outcome(
        State.UNKNOWN,
        f"{file.path}: not scanned to its end: {file.incomplete}.",
        evidence=(Evidence(file.incomplete, Location(file.path)),),
        severity=Severity.HIGH if file.is_model else NOTE,
        subject=file.path,
    )
