"""A measurement from beginning to end: the model in the sandbox, its predictions on disk, figures, and verdicts on claims."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import ModelFailed
from weighbridge.facts.contents import FileHash
from weighbridge.facts.figures import PerformanceClaim
from weighbridge.facts.metrics import benchmark_of, metric_of
from weighbridge.measure import baseline, explain, performance
from weighbridge.measure import robustness as robust
from weighbridge.measure.dataset import Columns, Dataset, read_dataset
from weighbridge.measure.evidence import BUNDLE, PREDICTIONS, Judged, Measurement, Plan, hardware
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.journal import Journal
from weighbridge.measure.labels import align, kinds, renamed
from weighbridge.measure.meters import meters_of
from weighbridge.measure.metrics import answers_of, calibration, figures
from weighbridge.measure.performance import Performance
from weighbridge.measure.runners.catalogue import choose
from weighbridge.measure.runners.contract import Job, Prediction
from weighbridge.measure.sandbox import Limits, Sandbox
from weighbridge.measure.tasks import Answer
from weighbridge.measure.verdict import Rules, judge

Progress = Callable[[int, int, str], None]


class Subject(msgspec.Struct, frozen=True):
    """The model: its folder, its files' hashes, its commit where it has one, and the claim that is to be checked."""

    folder: Path
    files: tuple[FileHash, ...] = ()
    commit: str = ""
    claim: PerformanceClaim | None = None


class Bench(msgspec.Struct, frozen=True):
    """Where evidence goes, what the model may use, and the command that repeats it."""

    evidence: Path
    limits: Limits
    command: str = ""
    progress: Progress | None = None


def measure(plan: Plan, subject: Subject, bench: Bench) -> Measurement:
    """Measure and write the evidence. What the model does not survive is told in the result, with what it had answered.

    Raises `UsageError` for data, runner or classes that do not fit.
    """
    data = read_dataset(Path(plan.data), plan.task, Columns(plan.text, plan.label), limit=plan.limit, seed=plan.seed)
    if plan.task.is_counted:
        meters_of(plan.task)  # what is missing is told before the model has run for an hour
    chosen = choose(subject.folder, plan.task, plan.runner)
    job = Job(
        chosen.name, str(subject.folder.resolve()), plan.task, plan.seed, plan.threads, plan.trust, plan.function, plan.file
    )  # fmt: skip
    bench.evidence.mkdir(parents=True, exist_ok=True)
    with Journal(bench.evidence / PREDICTIONS, _run(job, data, subject, plan)) as journal:
        session = Session(plan, data, job, journal, bench)
        session.run()
    made = _told(session, subject)
    place = bench.evidence / BUNDLE
    temporary = place.with_suffix(".part")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    temporary.replace(place)
    return made


class Session:
    """One run of a model in the sandbox, and what came of it."""

    def __init__(self, plan: Plan, data: Dataset, job: Job, journal: Journal, bench: Bench) -> None:
        self.plan, self.data, self.job, self.journal, self.bench = plan, data, job, journal, bench
        self.labels: tuple[str, ...] = ()
        self.names: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.isolation = self.failure = ""
        self.performance: Performance | None = None
        self.robustness: tuple[robust.Robustness, ...] = ()
        self.explanations: tuple[explain.Explanation, ...] = ()
        self._memory = 0
        self._overhead = 0.0
        self._energy: float | None = None

    def run(self) -> None:
        """Predict what is not predicted yet, then time, disturb and explain. A failing model leaves `failure`."""
        try:
            with Sandbox("weighbridge.measure.worker:serve", limits=self.bench.limits) as box:
                self.isolation = box.isolation
                self._tell("loading")
                loaded = box.ask(self.job)
                self.versions, self._memory = loaded["versions"], int(loaded["memory"])
                self._name(loaded["labels"])
                self._predict(box)
                self._more(box, float(loaded["seconds"]))
        except ModelFailed as error:
            self.failure = error.message
            if not self.journal.predictions and not self.names:
                raise

    @property
    def truths(self) -> list[Any]:
        """The truth about the items that were predicted, in the model's words."""
        known = self.data.truths[: len(self.journal.predictions)]
        if self.data.task.answer is Answer.TAGS:
            return [[renamed(tag, self.names) for tag in tags] for tags in known]
        return [self.names.get(truth, truth) for truth in known] if self.data.task.is_classification else list(known)

    def _name(self, labels: Sequence[str]) -> None:
        """Hold the data's classes against the model's, which some models tell only with their first answer."""
        self.labels = tuple(labels)
        if self.data.task.is_classification:
            self.names = align(self.data.classes, self.labels, self.plan.classes)
        elif self.data.task.answer is Answer.TAGS:
            self.names = align(
                kinds(tag for tags in self.data.truths for tag in tags), kinds(self.labels), self.plan.classes
            )

    def _predict(self, box: Sandbox) -> None:
        total, spent, before = len(self.data), 0.0, performance.energy()
        begun, first = time.monotonic(), len(self.journal.predictions)
        while (done := len(self.journal.predictions)) < total:
            self._tell("predicting", done)
            batch = self.data.items[done : done + self.plan.batch]
            answer = self._asked(box, batch)
            self.journal.add(answer[0], answer[1])
            spent += answer[1]
        after, count = performance.energy(), total - first
        if count and spent:
            self._overhead = max(0.0, (time.monotonic() - begun - spent) / spent)
        if before is not None and after is not None and count and after > before:
            self._energy = (after - before) / 1e6 / count

    def _asked(self, box: Sandbox, items: Sequence[Any]) -> tuple[list[Prediction], float]:
        answer = box.ask(items)
        self._memory = max(self._memory, int(answer["memory"]))
        found = msgspec.convert(answer["predictions"], list[Prediction])
        if len(found) != len(items):
            raise ModelFailed(f"the model gave {len(found)} answers for {len(items)} items")
        if not self.labels and answer["labels"]:
            self._name(answer["labels"])
        return found, float(answer["seconds"])

    def _more(self, box: Sandbox, load: float) -> None:
        if self.plan.is_quick:
            self.performance = Performance(load, self._memory, (), self._overhead, self._energy)
            return
        self._tell("timing", len(self.data))
        sizes = sorted({1, self.plan.batch})
        latencies = performance.time_batches(lambda items: self._asked(box, items)[1], self.data.items, sizes)
        self.performance = Performance(load, self._memory, latencies, self._overhead, self._energy)
        self._tell("disturbing", len(self.data))
        answers = answers_of(self.journal.predictions, self.data.task)
        self.robustness = robust.robustness(
            self.data,
            self.truths,
            answers,
            lambda items: answers_of(self._all(box, items), self.data.task),
            seed=self.plan.seed,
        )
        self._tell("explaining", len(self.data))
        self.explanations = explain.explanations(
            self.data, self.journal.predictions, lambda items: self._all(box, items)
        )

    def _all(self, box: Sandbox, items: Sequence[Any]) -> list[Prediction]:
        size = self.plan.batch
        return [p for at in range(0, len(items), size) for p in self._asked(box, items[at : at + size])[0]]

    def _tell(self, what: str, done: int = 0) -> None:
        if self.bench.progress is not None:
            self.bench.progress(done, len(self.data), what)


def _run(job: Job, data: Dataset, subject: Subject, plan: Plan) -> str:
    """Return what tells this run's predictions from any other's."""
    hashes = [(held.path, held.sha256) for held in subject.files]
    told = [job, hashes, data.digest, len(data), data.label, plan.text, plan.seed]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _told(session: Session, subject: Subject) -> Measurement:
    plan, data, predictions = session.plan, session.data, session.journal.predictions
    truths, answers = session.truths, answers_of(predictions, data.task)
    classes = _classes(session, answers)
    made = Measurement(
        plan, len(data), len(predictions), data.digest, subject.files, subject.commit, session.versions, hardware(),
        session.isolation, session.bench.command, names=session.names, performance=session.performance, robustness=session.robustness,
        explanations=session.explanations, notes=_notes(session), failure=session.failure,
    )  # fmt: skip
    if len(predictions) < 2:
        return made
    about = MeasuredFigure(
        "", 0.0, task=plan.task, dataset=plan.dataset or data.name, split=plan.split, hardware=made.hardware,
        predictions=PREDICTIONS,
    )  # fmt: skip
    found = figures(data.task, classes, truths, answers, seed=plan.seed, about=about)
    is_whole = len(predictions) == len(data)
    own = msgspec.structs.replace(data, truths=tuple(truths), items=data.items[: len(predictions)])
    return msgspec.structs.replace(
        made,
        figures=found,
        baselines=baseline.baselines(own, answers, seed=plan.seed) if is_whole else (),
        calibration=calibration(truths, predictions, session.labels) if data.task.is_classification else None,
        judged=_judged(session, subject, found) if is_whole else (),
    )


def _classes(session: Session, answers: Sequence[Any]) -> tuple[str, ...]:
    """Return the classes that occur, as truth or answer, in the model's order: the second of two is the positive one."""
    if not session.data.task.is_classification:
        return ()
    occurring = {*session.names.values(), *answers}
    ordered = [name for name in session.labels if name in occurring]
    return tuple(ordered if len(ordered) == len(occurring) else sorted(occurring))


def _notes(session: Session) -> tuple[str, ...]:
    notes = []
    if session.isolation == "interpreter":
        notes.append("The network was closed in the interpreter only: this system allows no network namespace.")
    if len(session.data) < session.data.total:
        notes.append(f"{len(session.data):,} of {session.data.total:,} items were drawn with seed {session.plan.seed}.")
    return tuple(notes)


def _judged(session: Session, subject: Subject, found: Sequence[MeasuredFigure]) -> tuple[Judged, ...]:
    """Hold the claim against the figure of its metric."""
    claim, plan = subject.claim, session.plan
    if claim is None or plan.claim is None:
        return ()
    wanted = metric_of(claim.metric)
    own = [figure for figure in found if figure.metric == claim.metric.lower()]
    own = own or [figure for figure in found if wanted is not None and metric_of(figure.metric) == wanted]
    figure = own[0] if own else found[0]
    benchmark = benchmark_of(plan.dataset)
    population = benchmark.size(plan.split) if benchmark else None
    if population is not None and len(session.data) > population:
        population = None
    written = f"{claim.metric} {claim.text}{f' on {claim.dataset}' if claim.dataset else ''}"
    verdict = judge(claim, figure, Rules(is_same_data=plan.is_same_data), population=population)
    return (Judged(written.strip(), plan.claim, verdict),)
