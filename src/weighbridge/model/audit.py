"""The result of an audit: what is rendered, compared and stored."""

from __future__ import annotations

import datetime

import msgspec

from weighbridge.model.attribute import Attribute
from weighbridge.model.depth import Depth
from weighbridge.model.files import RepoFile
from weighbridge.model.reference import ModelRef
from weighbridge.model.verdict import Severity, State, Verdict

SCHEMA_VERSION = "1.0"


class Contribution(msgspec.Struct, frozen=True):
    """How one check moved a score: it earned `points` of the `possible` points (both out of the attribute's 100)."""

    code: str
    state: State
    points: float
    possible: float


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attribute's score, 0 to 100, with the share (0 to 1) of its weight that could be looked at.

    `best` is what the score would be if everything unknown turned out verified. `cap` is set when a grave contradiction
    (or a grave question left open) holds the score down. `value` is None when no check of the attribute applied.
    """

    attribute: Attribute
    value: float | None
    coverage: float
    best: float | None
    cap: float | None = None
    capped_by: str = ""
    contributions: tuple[Contribution, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there is a score to show: some check applied, and something could be looked at."""
        return self.value is not None and self.coverage > 0


class MemoryNeed(msgspec.Struct, frozen=True):
    """Bytes needed for the weights at one precision: to run, and to fine-tune fully and with LoRA."""

    precision: str
    inference: int
    fine_tuning: int
    lora: int


class Overview(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the model is, in the few facts a person asks for first. Everything here was read, nothing guessed.

    `parameters` is None when no tensor inventory could be read; `context` is in tokens, `weight_bytes` in bytes.
    """

    task: str = ""
    library: str = ""
    architecture: str = ""
    parameters: int | None = None
    precisions: dict[str, int] = {}
    formats: tuple[str, ...] = ()
    weight_bytes: int | None = None
    quantisation: str = ""
    context: int | None = None
    vocabulary: int | None = None
    languages: tuple[str, ...] = ()
    licence: str = ""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    memory: tuple[MemoryNeed, ...] = ()
    tensors: tuple[tuple[str, int], ...] = ()


class Skip(msgspec.Struct, frozen=True):
    """Something that was not looked at, and why."""

    path: str
    reason: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """One model, weighed."""

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    ref: ModelRef
    depth: Depth
    as_of: datetime.date
    overview: Overview
    scores: tuple[Score, ...]
    verdicts: tuple[Verdict, ...]
    files: tuple[RepoFile, ...] = ()
    skipped: tuple[Skip, ...] = ()
    notes: tuple[str, ...] = ()

    def alarms(self, at_least: Severity = Severity.INFO) -> list[Verdict]:
        """Contradictions of at least that severity that no waiver covers, gravest first."""
        found = [v for v in self.verdicts if v.is_alarm and v.severity >= at_least]
        return sorted(found, key=lambda v: (-v.severity, v.code, v.subject))

    def in_state(self, state: State) -> list[Verdict]:
        """The verdicts in one state, in the order of their codes."""
        return [v for v in self.verdicts if v.state is state]

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left unknown or skipped."""
        return not self.skipped and not self.in_state(State.UNKNOWN)
