"""Stage 3: techniques tried on candidates within the budget, each held against the baseline and the untouched model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weighbridge.decide.figures import LEVEL, difference, figure
from weighbridge.decide.prediction import Prepared, identity
from weighbridge.decide.record import Difference, State, Trial
from weighbridge.decide.session import Session
from weighbridge.decide.task import chosen_techniques
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import Paired, holm
from weighbridge.reuse.contract import Cost, Stage, Technique
from weighbridge.reuse.jobs import FEATURES, Job, probabilities
from weighbridge.reuse.material import Material

_CHEAP = {"linear-probe", "nearest-neighbours"}


@dataclass(frozen=True, eq=False)
class Court:
    """The items that judge: those that choices are made by come first, then those that only the report sees."""

    metric: str
    truths: Any
    chosen: int
    baseline: Any
    seed: int

    def figures(self, predicted: Any) -> tuple[MeasuredFigure, MeasuredFigure]:
        """Return the figure that chooses and the one that is reported."""
        cut = self.chosen
        return (
            figure(self.metric, self.truths[:cut], predicted[:cut], split="choose", seed=self.seed),
            figure(self.metric, self.truths[cut:], predicted[cut:], split="report", seed=self.seed),
        )

    def compare(self, one: Any, other: Any) -> Difference:
        """Return how much better one is than another on the items that choose."""
        cut = self.chosen
        return told(difference(self.metric, self.truths[:cut], one[:cut], other[:cut], self.seed))

    def compare_reported(self, one: Any, other: Any) -> Difference:
        """Return the same on the items that no choice has seen."""
        cut = self.chosen
        return told(difference(self.metric, self.truths[cut:], one[cut:], other[cut:], self.seed))


@dataclass(frozen=True, eq=False)
class Tried:
    """A trial that was measured: its record, whose it is, what it predicted, and where it lies."""

    trial: Trial
    prepared: Prepared
    predicted: Any
    place: str


def told(paired: Paired) -> Difference:
    """Return a comparison as the record holds it."""
    return Difference(paired.difference, paired.interval, paired.p_value, paired.method)


def untouched(prepared: Prepared, material: Material) -> Any:
    """Return what the model predicts without any training: the class whose mean features are nearest by cosine."""
    import numpy as np

    classes = material.train.classes
    known = np.unique(classes)
    middle = prepared.train.mean(axis=0)
    means = _unit(np.stack([prepared.train[classes == c].mean(axis=0) for c in known]) - middle)
    return known[(_unit(prepared.test - middle) @ means.T).argmax(axis=1)]


def _unit(rows: Any) -> Any:
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def evaluate(
    session: Session, material: Material, items: str, prepared: list[Prepared], court: Court
) -> tuple[list[Trial], list[Tried]]:
    """Try the cheap techniques on every candidate, the dear ones where the probe gives hope; follow the back edges."""
    trials: list[Trial] = []
    tried: list[Tried] = []
    for is_cheap in (True, False):
        for number, one in enumerate(prepared):
            for technique in chosen_techniques(session.task, Stage.TUNE):
                if (technique.name in _CHEAP) is is_cheap:
                    _attempt(session, material, items, one, technique, court, trials, tried)
            if is_cheap:
                _look_back(session, one, tried, is_last=number == len(prepared) - 1)
    return trials, tried


def _attempt(
    session: Session, material: Material, items: str, one: Prepared, technique: Technique, court: Court,
    trials: list[Trial], tried: list[Tried],
) -> None:  # fmt: skip
    subject = f"{one.name}, {technique.title.lower()}"
    cost = technique.cost(one.profile, material)
    reason = (
        technique.needs(one.profile, material)
        or _hopeless(session, one, technique, court, tried)
        or _too_dear(session, cost)
    )
    if reason:
        trials.append(
            Trial(candidate=one.name, technique=technique.name, state=State.SKIPPED, reason=reason, cost=cost)
        )
        session.say(3, subject, f"not tried: {reason}")
        return
    session.show(subject)
    place = session.workshop.place("trial", identity(one.candidate), items, technique.name, str(session.task.seed))
    job = Job(
        one.profile, items, str(place), technique.name, f"{one.place}/{FEATURES}", seed=session.task.seed,
        seconds=max(1.0, session.left(3)), threads=session.workshop.threads,
    )  # fmt: skip
    done = session.workshop.do(job)
    if done.failure:
        failed = Trial(
            candidate=one.name,
            technique=technique.name,
            state=State.FAILED,
            reason=done.failure,
            cost=cost,
            seconds=done.seconds,
        )
        trials.append(failed)
        session.say(3, subject, f"failed: {done.failure}; on to the next technique", back=3)
        return
    predicted = probabilities(place).argmax(axis=1)
    chosen_by, reported = court.figures(predicted)
    trial = Trial(
        candidate=one.name, technique=technique.name, state=State.MEASURED, cost=cost, seconds=done.seconds,
        peak_memory=done.peak_memory, chosen_by=chosen_by, reported=reported,
        against_baseline=court.compare(predicted, court.baseline),
        against_untouched=court.compare(predicted, untouched(one, material)),
    )  # fmt: skip
    trials.append(trial)
    tried.append(Tried(trial, one, predicted, str(place)))
    session.say(3, subject, _in_words(trial, session.task.metric))


def _hopeless(session: Session, one: Prepared, technique: Technique, court: Court, tried: list[Tried]) -> str:
    """Return why a dear technique is not tried: the candidate's cheap trials are worse than the best beyond chance."""
    if technique.name in _CHEAP or not tried:
        return ""
    own = [held for held in tried if held.prepared.name == one.name]
    best = best_of(tried)
    if not own or best.prepared.name == one.name:
        return ""
    against = court.compare(best.predicted, best_of(own).predicted)
    if against.p_value < LEVEL and against.value > session.task.margin:
        return f"{one.name} is {against.value:.3f} behind {best.prepared.name} already (p = {against.p_value:.2g})"
    return ""


def _too_dear(session: Session, cost: Cost) -> str:
    left = session.left(3)
    if cost.seconds <= left:
        return ""
    return f"about {cost.seconds:.0f} s ({cost.how}) are more than the {max(0.0, left):.0f} s that the budget leaves"


def _look_back(session: Session, one: Prepared, tried: list[Tried], *, is_last: bool) -> None:
    """Put on record that a candidate's cheap techniques gave nothing better than the baseline, and where that leads."""
    own = [held for held in tried if held.prepared.name == one.name]
    if any(is_better(held.trial) for held in own):
        return
    where = "no candidate is left" if is_last else "on to the next candidate"
    session.say(3, one.name, f"no cheap technique beats the baseline beyond chance; {where}", back=1 if is_last else 2)


def is_better(trial: Trial) -> bool:
    """Tell whether a trial beats the baseline beyond chance."""
    found = trial.against_baseline
    return bool(found and found.value > 0 and found.p_value < LEVEL)


def best_of(tried: list[Tried]) -> Tried:
    """Return the best by the items that choose; the cheaper one among equals."""
    return max(tried, key=lambda held: (_value(held.trial), -held.trial.seconds))


def contenders(tried: list[Tried]) -> Iterator[Tried]:
    """Yield the trials from the best downwards."""
    yield from sorted(tried, key=lambda held: (-_value(held.trial), held.trial.seconds))


def beats_baseline(best: Tried, tried: list[Tried]) -> float:
    """Return the p-value that the best is no better than the baseline, corrected for the number of trials (Holm)."""
    found = [held.trial.against_baseline.p_value for held in tried if held.trial.against_baseline]
    return dict(zip((held.place for held in tried), holm(found), strict=True))[best.place]


def _value(trial: Trial) -> float:
    return trial.chosen_by.value if trial.chosen_by else -1.0


def _in_words(trial: Trial, metric: str) -> str:
    against = trial.against_baseline
    assert trial.chosen_by and against  # noqa: S101, PT018 - it was measured
    held = trial.chosen_by.interval()
    span = f" ({held.low:.3f} to {held.high:.3f})" if held else ""
    better = "better than" if against.value > 0 else "not better than"
    return f"{metric} {trial.chosen_by.value:.3f}{span}, {better} the baseline by {against.value:+.3f} (p = {against.p_value:.2g})"
