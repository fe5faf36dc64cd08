"""What a scan says of each file, and of all of them: drawn from the verdicts alone.

A file is malicious when a contradiction of high or critical severity stands against it, to be reviewed when only lesser ones
do, not scanned when it could not be looked at to its end and nothing worse was found, and safe otherwise.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec

from weighbridge.model import Attribute, Audit, Severity, State, Verdict


class Danger(StrEnum):
    """What is known about loading a file."""

    SAFE = "safe"
    NOT_SCANNED = "not scanned"
    REVIEW = "review"
    MALICIOUS = "malicious"

    @property
    def rank(self) -> int:
        """How bad it is, 0 for safe."""
        return _ORDER.index(self)


_ORDER = (Danger.SAFE, Danger.NOT_SCANNED, Danger.REVIEW, Danger.MALICIOUS)


class FileDanger(msgspec.Struct, frozen=True):
    """One file's verdict, and the verdicts of checks that made it, gravest first."""

    path: str
    danger: Danger
    reasons: tuple[Verdict, ...] = ()


class ScanResult(msgspec.Struct, frozen=True):
    """All files, worst first, then by path; `general` are alarms about no single file.

    `has_unread_models` tells that something that is recognisably a model could not be looked at to its end.
    """

    files: tuple[FileDanger, ...]
    general: tuple[Verdict, ...]
    has_unread_models: bool

    @property
    def counts(self) -> dict[Danger, int]:
        """How many files there are of each."""
        found = Counter(file.danger for file in self.files)
        return {danger: found[danger] for danger in reversed(_ORDER)}

    @property
    def worst(self) -> Danger:
        """The verdict on all files together."""
        dangers = [file.danger for file in self.files]
        dangers += [_of_alarm(verdict) for verdict in self.general]
        return max(dangers, key=lambda danger: danger.rank, default=Danger.NOT_SCANNED)


def dangers(audit: Audit) -> ScanResult:
    """Return what an audit's verdicts on security say of each file."""
    paths = {file.path for file in audit.files}
    by_path: dict[str, list[Verdict]] = {path: [] for path in paths}
    general = []
    for verdict in audit.verdicts:
        if verdict.attribute is not Attribute.SECURITY or not (verdict.is_alarm or verdict.state is State.UNKNOWN):
            continue
        if verdict.subject in paths:
            by_path[verdict.subject].append(verdict)
        else:
            general.append(verdict)
    files = [_file(path, verdicts) for path, verdicts in by_path.items()]
    files.sort(key=lambda file: (-file.danger.rank, file.path))
    unread = [verdict for found in by_path.values() for verdict in found if verdict.state is State.UNKNOWN]
    # A check that could not answer says so as a whole; where files say why, that is enough.
    general = [verdict for verdict in general if not (unread and verdict.state is State.UNKNOWN)]
    is_open = any(verdict.state is State.UNKNOWN for verdict in general)
    return ScanResult(tuple(files), tuple(general), is_open or any(v.severity >= Severity.HIGH for v in unread))


def _file(path: str, verdicts: list[Verdict]) -> FileDanger:
    verdicts.sort(key=lambda verdict: (verdict.state is State.UNKNOWN, -verdict.severity, verdict.code))
    worst = max((_of_alarm(verdict) for verdict in verdicts), key=lambda danger: danger.rank, default=Danger.SAFE)
    return FileDanger(path, worst, tuple(verdicts))


def _of_alarm(verdict: Verdict) -> Danger:
    if verdict.state is State.UNKNOWN:
        return Danger.NOT_SCANNED
    return Danger.MALICIOUS if verdict.severity >= Severity.HIGH else Danger.REVIEW
