"""One model, weighed: checks run, waivers applied, scores drawn."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator

import msgspec

from weighbridge import __version__
from weighbridge.checks.contract import Check
from weighbridge.errors import SourceError
from weighbridge.facts.contents import Contents
from weighbridge.facts.engine import Facts
from weighbridge.facts.overview import describe
from weighbridge.facts.weights import Weights
from weighbridge.model import Audit, RepoFile, Skip, Verdict
from weighbridge.scoring.fingerprint import locations
from weighbridge.scoring.policy import Policy, Waiver, known
from weighbridge.scoring.score import score_all

_log = logging.getLogger(__name__)

# Called with the number of checks done, of all checks, and the code of the next one.
Progress = Callable[[int, int, str], None]


def weigh(
    facts: Facts, checks: Iterable[Check], policy: Policy | None = None, progress: Progress | None = None
) -> Audit:
    """Run the checks on one repository and draw everything that follows from their verdicts; deterministic."""
    policy = policy or Policy()
    ordered = sorted(checks, key=lambda check: check.code)
    verdicts = list(_judge(facts, ordered, progress))
    verdicts, notes = _waive(verdicts, policy, facts)
    verdicts.sort(key=lambda verdict: (verdict.code, verdict.subject, verdict.message))
    repository = facts.repository
    return Audit(
        tool_version=__version__,
        ref=repository.ref,
        depth=facts.depth,
        as_of=facts.as_of,
        overview=describe(facts),
        scores=score_all(verdicts, policy.weights),
        verdicts=tuple(verdicts),
        files=tuple(sorted(repository.files or (), key=lambda file: file.path)),
        skipped=_skipped(facts, ordered),
        notes=(*notes, *_baseline_notes(verdicts, policy)),
    )


def _judge(facts: Facts, checks: list[Check], progress: Progress | None) -> Iterator[Verdict]:
    for number, check in enumerate(checks):
        if progress:
            progress(number, len(checks), check.code)
        try:
            yield from check.judge(facts)
        except Exception as error:  # noqa: BLE001 - a fault in one check must not cost the other verdicts; the question stays open
            _log.exception("check %s failed", check.code)
            yield check.sign(check.failed(error))


def _skipped(facts: Facts, checks: list[Check]) -> tuple[Skip, ...]:
    """Gather what the listing, the weight readers and, where a check asked for every byte, the hashing left out."""
    found = set(facts.repository.skipped)
    if weights := facts.maybe(Weights):
        found.update(weights.skipped)
    if any(kind is Contents for check in checks for kind, _ in check.needs.values()):
        contents = facts.maybe(Contents)
        found.update(contents.skipped if contents else ())
    return tuple(sorted(found, key=lambda skip: (skip.path, skip.reason)))


def _waive(verdicts: list[Verdict], policy: Policy, facts: Facts) -> tuple[list[Verdict], list[str]]:
    """Mark the contradictions that a waiver covers, and tell about waivers that do not stand or cover nothing."""
    notes: list[str] = []
    for waiver in policy.waivers:
        covered = [i for i, v in enumerate(verdicts) if v.is_alarm and waiver.covers(v)]
        if not covered:
            notes.append(f"The waiver of {waiver} covers nothing; it can go.")
        elif waiver.expires is not None and waiver.expires <= facts.as_of:
            notes.append(f"The waiver of {waiver} expired on {waiver.expires}; it does not stand.")
        else:
            notes.extend(_apply(waiver, verdicts, covered, facts))
    return verdicts, notes


def _apply(waiver: Waiver, verdicts: list[Verdict], covered: list[int], facts: Facts) -> Iterator[str]:
    for i in covered:
        if waiver.sha256 and not _is_same_content(waiver.sha256, verdicts[i], facts):
            yield f"The waiver of {waiver} was given for another content of the file; it does not stand."
        else:
            verdicts[i] = msgspec.structs.replace(verdicts[i], waived=waiver.reason)


def _is_same_content(sha256: str, verdict: Verdict, facts: Facts) -> bool:
    """Tell whether every file that the verdict points at is the one the waiver was given for; no file is not the same."""
    listed = {file.path: file for file in facts.repository.files or ()}
    paths = {where.path for where in locations(verdict)}
    return bool(paths) and all(path in listed and _hash(listed[path], facts) == sha256 for path in paths)


def _hash(file: RepoFile, facts: Facts) -> str:
    """Return the SHA-256 of a file, read here in blocks; the registry's own where the content cannot be had."""
    try:
        source = facts.repository.open(file.path)
        digest = hashlib.sha256()
        for offset in range(0, source.size, 1 << 20):
            digest.update(source.read_at(offset, 1 << 20))
        return digest.hexdigest()
    except SourceError:
        return file.sha256 or ""


def _baseline_notes(verdicts: list[Verdict], policy: Policy) -> list[str]:
    if not policy.baseline:
        return []
    count = sum(verdict.is_alarm and known(verdict) in policy.baseline for verdict in verdicts)
    return [f"{count} of the contradictions are in the baseline and do not fail."] if count else []
