"""The record of a decision: what was asked, found, tried and chosen, and why. Plain data, from which every report is drawn."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from weighbridge.decide.data import DataSummary
from weighbridge.decide.task import Task
from weighbridge.measure.figure import Interval, MeasuredFigure
from weighbridge.reuse.contract import Cost

SCHEMA_VERSION = "1.0"


class Answer(StrEnum):
    """What is to be done."""

    REUSE = "reuse"
    SCRATCH = "from scratch"
    NEITHER = "neither"


class State(StrEnum):
    """How a trial ended."""

    MEASURED = "measured"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(msgspec.Struct, frozen=True):
    """One step of the workflow: its stage, what it was about, and what came of it; `back` is the stage it led back to."""

    stage: int
    subject: str
    outcome: str
    back: int | None = None


class Difference(msgspec.Struct, frozen=True):
    """How much better than another, on the same items; with the test's p-value."""

    value: float
    interval: Interval
    p_value: float
    method: str


class Estimate(msgspec.Struct, frozen=True):
    """A transferability estimator's score, and its least and greatest over draws of the data where it was drawn."""

    value: float
    low: float | None = None
    high: float | None = None


class CandidateRecord(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A candidate: what it is, why it was rejected if it was, and how well it is predicted to transfer."""

    name: str
    pin: str = ""
    licence: str = ""
    parameters: int | None = None
    weight_bytes: int | None = None
    scores: dict[str, float] = {}
    rejections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    estimates: dict[str, Estimate] = {}
    predicted: float | None = None
    rank: int | None = None
    latency: float | None = None
    trust: float | None = None


class Trial(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A technique tried on a candidate.

    `chosen_by` is the figure that choices are made by, `reported` that on items which no choice has seen. `against_baseline` and
    `against_untouched` are on the items of `chosen_by`.
    """

    candidate: str
    technique: str
    state: State
    reason: str = ""
    cost: Cost | None = None
    seconds: float = 0.0
    peak_memory: int = 0
    chosen_by: MeasuredFigure | None = None
    reported: MeasuredFigure | None = None
    against_baseline: Difference | None = None
    against_untouched: Difference | None = None


class Conversion(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The chosen classifier in another form, and the proof: how far its outputs are from those it was made from."""

    technique: str
    state: State
    reason: str = ""
    size: int = 0
    largest_difference: float = 0.0
    agreement: float = 0.0
    chosen_by: MeasuredFigure | None = None
    reported: MeasuredFigure | None = None
    loss: Difference | None = None


class Deployment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The artefact, measured in an environment of its own; `met` tells limit by limit, None for one that could not be told.

    `folder` is beside the record. `is_faithful` tells whether the artefact answers as it was judged; `smoke_test` is `passed`, or
    says what was not as it should.
    """

    form: str
    folder: str
    size: int
    environment: str = ""
    is_clean: bool = False
    is_faithful: bool = False
    latency: float | None = None
    latency_p95: float | None = None
    peak_memory: int | None = None
    start: float | None = None
    smoke_test: str = ""
    met: dict[str, bool | None] = {}
    files: dict[str, str] = {}


class Swap(msgspec.Struct, frozen=True):
    """A part of the model that could be exchanged: whether that was tried here, and what came of it."""

    part: str
    tried: bool
    outcome: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, with everything that it rests on."""

    schema_version: str = SCHEMA_VERSION
    tool_version: str
    task: Task
    answer: Answer
    reason: str
    chosen: str = ""
    technique: str = ""
    data: DataSummary | None = None
    baseline_name: str = ""
    baseline_cross_validated: MeasuredFigure | None = None
    baseline_chosen_by: MeasuredFigure | None = None
    baseline_reported: MeasuredFigure | None = None
    untouched: dict[str, MeasuredFigure] = {}
    candidates: tuple[CandidateRecord, ...] = ()
    trials: tuple[Trial, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    swaps: tuple[Swap, ...] = ()
    deployment: Deployment | None = None
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        """The reason as a sentence."""
        return f"{self.reason[:1].upper()}{self.reason[1:]}."
