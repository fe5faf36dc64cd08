"""Claim, evidence, verdict: the vocabulary in which every finding is told."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from weighbridge.model.attribute import Attribute, Factor
from weighbridge.model.depth import Depth


class State(StrEnum):
    """What the evidence says about a claim."""

    VERIFIED = "verified"
    CLAIMED = "claimed"
    CONTRADICTED = "contradicted"
    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Severity(IntEnum):
    """How much a contradiction matters to a person who reuses the model."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The name used on the command line and in reports."""
        return self.name.lower()

    @classmethod
    def parse(cls, label: str) -> Severity:
        """Return the severity called `label`; raises `KeyError` for an unknown one."""
        return cls[label.upper()]


class Confidence(StrEnum):
    """How sure the method is, apart from how much it matters."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place in a repository: a file, and where the format allows it, the exact spot within.

    `line` and `column` count from 1, `offset` counts bytes from 0, `pointer` is a JSON pointer (RFC 6901) into a JSON
    or YAML document, `member` a path inside an archive.
    """

    path: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    offset: int | None = None
    member: str | None = None

    def __str__(self) -> str:
        """Return the conventional short form: `model.pt!archive/data.pkl@0x29`, `README.md:12`, `config.json#/dtype`."""
        text = self.path + (f"!{self.member}" if self.member else "")
        if self.line is not None:
            text += f":{self.line}" + (f":{self.column}" if self.column is not None else "")
        if self.pointer:
            text += f"#{self.pointer}"
        return text + (f"@{self.offset:#x}" if self.offset is not None else "")


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the publisher states, in the publisher's words, and where."""

    text: str
    where: Location | None = None


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found, and where."""

    text: str
    where: Location | None = None


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check says about one subject, before it is signed with the check's identity.

    `grade` (0 to 1) says how much of a gradual quality is there, for example popularity; without it the state alone
    counts. `severity` may only soften the check's own. `subject` tells several outcomes of one check apart.
    """

    state: State
    message: str
    claim: Claim | None = None
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    severity: Severity | None = None
    confidence: Confidence = Confidence.HIGH
    grade: float | None = None
    depth: Depth | None = None
    subject: str = ""


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """An outcome signed with the check that gave it. `depth` is the depth at which an unknown could be told."""

    code: str
    name: str
    attribute: Attribute
    factor: Factor
    state: State
    message: str
    severity: Severity
    claim: Claim | None = None
    evidence: tuple[Evidence, ...] = ()
    remedy: str = ""
    confidence: Confidence = Confidence.HIGH
    grade: float | None = None
    depth: Depth | None = None
    subject: str = ""
    version: int = 1
    waived: str = ""

    @property
    def is_alarm(self) -> bool:
        """Whether the evidence speaks against the model and no waiver stands."""
        return self.state is State.CONTRADICTED and not self.waived


def verified(message: str, *evidence: Evidence, claim: Claim | None = None, grade: float | None = None) -> Outcome:
    """Evidence that we gathered supports the claim."""
    return Outcome(State.VERIFIED, message, claim, evidence, grade=grade)


def claimed(
    message: str,
    *evidence: Evidence,
    claim: Claim | None = None,
    grade: float | None = None,
    remedy: str = "",
    depth: Depth | None = None,
) -> Outcome:
    """The publisher states it and nothing here can confirm or refute it; `depth` is the look that could."""
    return Outcome(State.CLAIMED, message, claim, evidence, remedy, grade=grade, depth=depth)


def contradicted(
    message: str,
    *evidence: Evidence,
    remedy: str,
    claim: Claim | None = None,
    severity: Severity | None = None,
    confidence: Confidence = Confidence.HIGH,
    subject: str = "",
) -> Outcome:
    """Evidence disagrees with the claim: a discrepancy or a risk."""
    return Outcome(State.CONTRADICTED, message, claim, evidence, remedy, severity, confidence, None, None, subject)


def missing(message: str, *evidence: Evidence, remedy: str) -> Outcome:
    """Neither stated nor found."""
    return Outcome(State.MISSING, message, None, evidence, remedy)


def unknown(message: str, *evidence: Evidence, depth: Depth | None = None, subject: str = "") -> Outcome:
    """It could not be looked at; `depth` is the look that would tell, if a deeper one would."""
    return Outcome(State.UNKNOWN, message, None, evidence, depth=depth, subject=subject)


def not_applicable(message: str) -> Outcome:
    """The question makes no sense for this model."""
    return Outcome(State.NOT_APPLICABLE, message)
