"""Stage 2, second half: features extracted once, and how well each candidate is predicted to transfer."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import msgspec

from weighbridge.decide.record import CandidateRecord, Estimate
from weighbridge.decide.selection import Candidate
from weighbridge.decide.session import Session
from weighbridge.decide.transferability.catalogue import ESTIMATORS
from weighbridge.decide.transferability.contract import Estimator, Sample, sample_of
from weighbridge.decide.transferability.ranking import ensemble, spread
from weighbridge.errors import UsageError
from weighbridge.measure.statistics import proportion_interval
from weighbridge.reuse.contract import Profile
from weighbridge.reuse.jobs import Job, features, kept
from weighbridge.reuse.material import Material

_DRAWS = 5
# Their scores grow with the width of the features, so that they cannot vote between models of unlike width.
NO_VOTE = {"transrate"}


@dataclass(frozen=True, eq=False)
class Prepared:
    """A candidate whose features are there: where they lie, and what was measured while they were extracted."""

    candidate: Candidate
    record: CandidateRecord
    profile: Profile
    place: str
    train: Any
    test: Any

    @property
    def name(self) -> str:
        """What it is called in the record."""
        return self.record.name


def identity(candidate: Candidate) -> str:
    """Return what tells a candidate's content from any other's."""
    told = "\n".join(f"{path} {digest}" for path, digest in sorted(candidate.digests.items()))
    return hashlib.sha256(told.encode()).hexdigest()


def prepare(
    candidate: Candidate, session: Session, material: Material, items: str
) -> tuple[CandidateRecord, Prepared | None]:
    """Extract a candidate's features in a process of its own, and estimate how well it transfers."""
    overview = candidate.audit.overview
    profile = Profile(candidate.name, str(candidate.folder), overview.parameters or 0, 0)
    place = session.workshop.place("features", identity(candidate), items)
    session.show(f"{candidate.name}: extracting features")
    job = Job(
        profile,
        items,
        str(place),
        seed=session.task.seed,
        seconds=max(1.0, session.left(2)),
        threads=session.workshop.threads,
    )
    if session.left(2) <= 0 and kept(place) is None:
        reason = "the budget leaves no time to extract its features"
        return msgspec.structs.replace(candidate.record, rejections=(reason,)), None
    done = session.workshop.do(job)
    if done.failure:
        return msgspec.structs.replace(candidate.record, rejections=(f"no features: {done.failure}",)), None
    train, test = features(place)
    profile = msgspec.structs.replace(
        profile, parameters=done.parameters, width=done.width, forward=done.forward, is_trainable=candidate.is_trainable
    )
    session.show(f"{candidate.name}: estimating transfer")
    record = msgspec.structs.replace(
        candidate.record, estimates=estimates(train, material.train.classes, session.task.seed), latency=done.forward
    )
    return record, Prepared(candidate, record, profile, str(place), train, test)


def estimates(rows: Any, classes: Any, seed: int) -> dict[str, Estimate]:
    """Return every estimator's score of the features, of those that need no classifier in the model and give a number for them."""
    try:
        sample = sample_of(rows, classes, seed=seed)
    except UsageError:
        return {}
    held = {e.name: _tried(e, sample) for e in ESTIMATORS if not e.needs_source}
    return {name: found for name, found in held.items() if found}


def _tried(estimator: Estimator, sample: Sample) -> Estimate | None:
    """Return a score, or None where a candidate's features leave the numbers that can be reckoned with."""
    try:
        found = _estimate(estimator, sample)
    except (ArithmeticError, ValueError):
        return None
    return found if math.isfinite(found.value) else None


def _estimate(estimator: Estimator, sample: Sample) -> Estimate:
    value = estimator(sample)
    if estimator.trains:
        held = proportion_interval(round(value * len(sample.labels)), len(sample.labels))
        return Estimate(value, held.low, held.high)
    low, high = spread(estimator, sample, _DRAWS)
    return Estimate(value, min(low, value), max(high, value))


def ranked(prepared: list[Prepared]) -> list[Prepared]:
    """Order candidates by the mean rank that the estimators give them; the best first, the smaller first among equals."""
    names = sorted(set.intersection(*(set(p.record.estimates) for p in prepared)) - NO_VOTE) if prepared else []
    votes = {name: [p.record.estimates[name].value for p in prepared] for name in names}
    predicted = ensemble(votes) if votes else [1.0] * len(prepared)
    order = sorted(
        range(len(prepared)), key=lambda i: (-predicted[i], prepared[i].profile.parameters, prepared[i].name)
    )
    found = []
    for rank, number in enumerate(order, 1):
        record = msgspec.structs.replace(prepared[number].record, predicted=predicted[number], rank=rank)
        found.append(_with_record(prepared[number], record))
    return found


def _with_record(prepared: Prepared, record: CandidateRecord) -> Prepared:
    return Prepared(prepared.candidate, record, prepared.profile, prepared.place, prepared.train, prepared.test)
