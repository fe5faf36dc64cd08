"""SE020: archives can be unpacked without harm."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_GRAVITY = {
    "archive.traversal": DANGEROUS,
    "archive.device": DANGEROUS,
    "archive.bomb": REVIEW,
    "archive.prefix": REVIEW,
    "archive.gap": REVIEW,
    "archive.trailing": REVIEW,
    "archive.irregular": NOTE,
    "archive.broken": NOTE,
}


@check(code="SE020", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def archives_unpack_safely(scan: Scan) -> Sequence[Outcome]:
    """Archives can be unpacked without harm.

    What it asks: whether names or links in an archive lead out of the folder, whether it unpacks to more than a machine can hold, and
        whether its directory, its headers and its bytes agree.
    Why it matters: unpacking writes where the names say; where an archive disagrees with itself, a scanner and a loader read two different
        models.
    Evidence: every name, link, size and checksum; the bytes that belong to no member.
    Remedy: pack the files again with an ordinary tool, by relative names.
    Limits: loaders differ in what they check; agreement is judged by the strictest.
    Source: CWE-22; CVE-2025-1944, CVE-2025-1945, CVE-2025-10156 (picklescan); this project's threat catalogue, 20, 25, 26.
    """
    return judge(
        scan,
        scanners=(
            "archives",
            "tar",
            "compressed",
        ),
        kinds=("archive.",),
        level=_level,
        remedy="Pack the files again with an ordinary tool, by relative names.",
        clean="Names stay in the folder, and headers agree.",
    )


def _level(observation: Observation) -> Severity | None:
    return _GRAVITY.get(observation.kind, REVIEW)
