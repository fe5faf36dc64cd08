"""What observations mean: from a scan's observations of some kinds to one outcome a file and cause.

A contradiction of `MALICIOUS` or `DANGEROUS` severity means that loading the file acts against whoever loads it; `REVIEW` and
`NOTE` mean that a person has to look, because what would be run is not known or not proven harmful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from weighbridge.facts.scan import FileScan, Observation, Scan
from weighbridge.model import (
    Confidence,
    Evidence,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

MALICIOUS, DANGEROUS, REVIEW, NOTE = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW

Level = Callable[[Observation], Severity | None]

_CAUSES = 20
_PLACES = 5


def judge(
    scan: Scan, *, scanners: Iterable[str], kinds: tuple[str, ...], level: Level, remedy: str, clean: str
) -> Sequence[Outcome]:
    """Return one contradiction a file and cause; without any, whether the files that could show one were looked at.

    `kinds` are the beginnings of the observations' kinds; `level` says how grave one is, None for harmless; `clean` is the
    sentence for files in which nothing was found.
    """
    found = [outcome for file in scan.files for outcome in _of_file(file, kinds, level, remedy)]
    if found:
        return found
    asked = frozenset(scanners)
    looked = [file for file in scan.files if asked.intersection(file.scanners)]
    if not looked:
        return [not_applicable("There is no such file.")]
    whole = [file for file in looked if not file.incomplete]
    if not whole:
        return [unknown(f"{looked[0].path} could not be looked at to its end: {looked[0].incomplete}.")]
    return [verified(f"{clean} ({_files(len(whole))} looked at)")]


def _of_file(file: FileScan, kinds: tuple[str, ...], level: Level, remedy: str) -> Iterator[Outcome]:
    """Yield the causes of one file, gravest first; of very many, only the first."""
    graded = [(level(o), o) for o in file.observations if o.kind.startswith(kinds)]
    alarms = sorted(((s, o) for s, o in graded if s is not None), key=lambda pair: -pair[0])
    causes: dict[tuple[Severity, str, str], list[Observation]] = {}
    for severity, observation in alarms:
        causes.setdefault((severity, observation.kind, observation.subject), []).append(observation)
    for number, ((severity, _, _), observations) in enumerate(causes.items()):
        if number == _CAUSES:
            break
        yield _outcome(file, severity, observations, remedy, rest=len(causes) - _CAUSES if number == _CAUSES - 1 else 0)


def _outcome(file: FileScan, severity: Severity, observations: list[Observation], remedy: str, rest: int) -> Outcome:
    first = observations[0]
    count = sum(observation.count for observation in observations)
    times = f", {count:,} times" if count > 1 else ""
    more = f" (and {rest:,} more causes)" if rest > 0 else ""
    return contradicted(
        f"{first.where}: {first.text}{times}.{more}",
        *(Evidence(o.text, o.where) for o in observations[:_PLACES]),
        remedy=remedy,
        severity=severity,
        confidence=Confidence.HIGH if severity >= DANGEROUS else Confidence.MEDIUM,
        subject=file.path,
    )


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"
