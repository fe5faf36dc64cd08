"""Stage 3: techniques tried on candidates within the budget, each held against the baseline and the untouched model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.figures import difference, figure
from weighbridge.decide.prediction import Prepared, identity
from weighbridge.decide.record import Difference, State, Trial
from weighbridge.decide.session import Session
from weighbridge.decide.task import chosen_techniques
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import CHANCE, Paired, holm
from weighbridge.reuse.contract import Cost, Stage, Technique
from weighbridge.reuse.jobs import FEATURES, Done, Job, probabilities
from weighbridge.reuse.material import Material

_CHEAP = {"linear-probe", "nearest-neighbours"}
# A trial may take so many seconds, or so many times its estimate; one that hangs does not use up the others' time.
_PATIENCE = 120.0
_SLACK = 10.0


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
    bench = _Bench(session, material, items, court)
    techniques = chosen_techniques(session.task, Stage.TUNE)
    for is_cheap in (True, False):
        for number, one in enumerate(prepared):
            for technique in techniques:
                if (technique.name in _CHEAP) is is_cheap:
                    bench.attempt(one, technique)
            if is_cheap:
                bench.look_back(one, is_last=number == len(prepared) - 1)
    return bench.trials, bench.tried


class _Bench:
    """Where trials are made: the items, who judges, and what has been tried so far."""

    def __init__(self, session: Session, material: Material, items: str, court: Court) -> None:
        self._session, self._material, self._items, self._court = session, material, items, court
        self.trials: list[Trial] = []
        self.tried: list[Tried] = []

    def attempt(self, one: Prepared, technique: Technique) -> None:
        """Try a technique on a candidate, if nothing speaks against it, and put on record what came of it."""
        subject = f"{one.name}, {technique.title.lower()}"
        cost = technique.cost(one.profile, self._material)
        trial = Trial(candidate=one.name, technique=technique.name, state=State.SKIPPED, cost=cost)
        reason = technique.needs(one.profile, self._material) or self._hopeless(one, technique) or self._too_dear(cost)
        if reason:
            self.trials.append(msgspec.structs.replace(trial, reason=reason))
            self._session.say(3, subject, f"not tried: {reason}")
            return
        self._session.show(subject)
        place, done = self._run(one, technique, cost)
        if done.failure:
            self.trials.append(
                msgspec.structs.replace(trial, state=State.FAILED, reason=done.failure, seconds=done.seconds)
            )
            self._session.say(3, subject, f"failed: {done.failure}; on to the next technique", back=3)
            return
        predicted = probabilities(place).argmax(axis=1)
        trial = self._judged(trial, done, one, predicted)
        self.trials.append(trial)
        self.tried.append(Tried(trial, one, predicted, str(place)))
        self._session.say(3, subject, _in_words(trial, self._session.task.metric))

    def _run(self, one: Prepared, technique: Technique, cost: Cost) -> tuple[Path, Done]:
        session = self._session
        seed = session.task.seed
        place = session.workshop.place("trial", identity(one.candidate), self._items, technique.name, str(seed))
        job = Job(
            one.profile, self._items, str(place), technique.name, f"{one.place}/{FEATURES}", seed=seed,
            seconds=max(1.0, min(session.left(3), max(_PATIENCE, _SLACK * cost.seconds))), threads=session.workshop.threads,
        )  # fmt: skip
        return place, session.workshop.do(job)

    def _judged(self, trial: Trial, done: Done, one: Prepared, predicted: Any) -> Trial:
        chosen_by, reported = self._court.figures(predicted)
        return msgspec.structs.replace(
            trial, state=State.MEASURED, seconds=done.seconds, peak_memory=done.peak_memory, chosen_by=chosen_by, reported=reported,
            against_baseline=self._court.compare(predicted, self._court.baseline),
            against_untouched=self._court.compare(predicted, untouched(one, self._material)),
        )  # fmt: skip

    def _hopeless(self, one: Prepared, technique: Technique) -> str:
        """Return why a dear technique is not tried: the candidate's cheap trials are worse than the best beyond chance."""
        own = [held for held in self.tried if held.prepared.name == one.name]
        if technique.name in _CHEAP or not own:
            return ""
        best = best_of(self.tried)
        if best.prepared.name == one.name:
            return ""
        against = self._court.compare(best.predicted, best_of(own).predicted)
        if against.p_value < CHANCE and against.value > self._session.task.margin:
            return f"{one.name} is {against.value:.3f} behind {best.prepared.name} already (p = {against.p_value:.2g})"
        return ""

    def _too_dear(self, cost: Cost) -> str:
        left = self._session.left(3)
        if cost.seconds <= left:
            return ""
        return (
            f"about {cost.seconds:.0f} s ({cost.how}) are more than the {max(0.0, left):.0f} s that the budget leaves"
        )

    def look_back(self, one: Prepared, *, is_last: bool) -> None:
        """Put on record that a candidate's cheap techniques gave nothing better than the baseline, and where that leads."""
        if any(is_better(held.trial) for held in self.tried if held.prepared.name == one.name):
            return
        where, back = ("no candidate is left", 1) if is_last else ("on to the next candidate", 2)
        self._session.say(3, one.name, f"no cheap technique beats the baseline beyond chance; {where}", back=back)


def is_better(trial: Trial) -> bool:
    """Tell whether a trial beats the baseline beyond chance."""
    found = trial.against_baseline
    return bool(found and found.value > 0 and found.p_value < CHANCE)


def best_of(tried: list[Tried]) -> Tried:
    """Return the best by the items that choose; among equals the smaller model, then the one that was tried first."""
    return next(contenders(tried))


def contenders(tried: list[Tried]) -> Iterator[Tried]:
    """Yield the trials from the best downwards."""
    # not by the seconds that they took, which differ from run to run
    yield from sorted(tried, key=lambda held: (-_value(held.trial), held.prepared.profile.parameters))


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
