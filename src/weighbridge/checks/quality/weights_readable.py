"""QU031: the weight files are whole."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
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

_NONE = not_applicable("There are no weight files that could be damaged.")
_UNREAD = in_doubt(unknown("The weight files were not opened.", depth=Depth.HEADERS))
_REMEDY = "Push the file again, whole, and load it once from a fresh download."


@check(code="QU031", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.HIGH)
def weights_readable(manifest: Manifest, weights: Weights | None) -> Outcome:
    """The weight files are whole.

    What it asks: whether every weight file is the file itself and not empty, cut off, or a pointer in its place.
    Why it matters: a damaged file fails on loading, or loads with part of the weights random.
    Evidence: sizes in the list of files; headers and directories of every weight file.
    Remedy: push the file again, whole, and load it once from a fresh download.
    Limits: headers are compared with the files' lengths; the values of weights are not looked at.
    Source: this project; OpenSSF Model Signing; Git LFS pointers.
    """
    files = manifest.weights
    if not files:
        return _NONE
    empty = [file for file in files if file.size == 0 or file.is_pointer]
    if empty:
        reason = "a Git LFS pointer, not the file itself" if empty[0].is_pointer else "empty"
        return _damaged(empty[0].path, reason, len(empty), len(files), None)
    if weights is None:
        return _UNREAD
    cut = [i for i in weights.inspections if any("cut off" in problem.message for problem in i.problems)]
    if cut:
        return _damaged(cut[0].path, "cut off", len(cut), len(files), None)
    if weights.damaged:
        first = weights.damaged[0]
        is_pointer = "Git LFS pointer" in first.reason or first.reason.endswith("is empty")
        return _damaged(
            first.path, first.reason, len(weights.damaged), len(files), None if is_pointer else Severity.MEDIUM
        )
    if weights.skipped:
        first = weights.skipped[0]
        return in_doubt(
            unknown(f"{len(weights.skipped)} weight files could not be looked at: {first.path}: {first.reason}.")
        )
    problems = [(i.path, problem) for i in weights.inspections for problem in i.problems]
    if problems:
        path, problem = problems[0]
        return _damaged(path, problem.message, len({path for path, _ in problems}), len(files), Severity.LOW)
    count = len(weights.inspections)
    return verified("The weight file is whole." if count == 1 else f"All {count} weight files are whole.")


def _damaged(path: str, reason: str, count: int, total: int, severity: Severity | None) -> Outcome:
    told = reason if reason.startswith(path) else f"{path}: {reason}"
    return contradicted(
        f"{count} of {total} weight files {'is' if count == 1 else 'are'} not as they should be: {told}.",
        Evidence(reason, Location(path)),
        claim=Claim(f"{path} holds weights", Location(path)),
        remedy=_REMEDY,
        severity=severity,
        confidence=Confidence.HIGH if severity is None else Confidence.MEDIUM,
    )
