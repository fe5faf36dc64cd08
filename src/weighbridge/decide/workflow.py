"""The workflow from end to end: four stages with back edges, and the record of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from weighbridge import __version__
from weighbridge.decide.artefact import dress
from weighbridge.decide.assessment import assess, is_enough, tell_cost
from weighbridge.decide.data import DataSummary, content_of, load_items
from weighbridge.decide.deployment import convert, is_fit, pack
from weighbridge.decide.evaluation import Court, Tried, beats_baseline, contenders, evaluate, untouched
from weighbridge.decide.flexibility import swaps
from weighbridge.decide.prediction import Prepared, prepare, ranked
from weighbridge.decide.record import Answer, CandidateRecord, Conversion, Decision, Deployment, Swap, Trial
from weighbridge.decide.scratch import pack_baseline
from weighbridge.decide.selection import survey
from weighbridge.decide.session import Session
from weighbridge.measure.baseline import classifier_name
from weighbridge.measure.evidence import hardware
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import CHANCE
from weighbridge.measure.tasks import Item
from weighbridge.model.units import size_text
from weighbridge.reuse.material import Material

# So many of the best are taken to stage 4 before the decision falls back on the baseline.
_DEPLOYED = 3
ARTEFACT = "artefact"


class _Found(msgspec.Struct):
    """What the stages have found so far."""

    data: DataSummary
    cross_validated: MeasuredFigure | None
    baseline: Any
    model: Any
    records: dict[str, CandidateRecord] = {}
    trials: list[Trial] = []
    tried: list[Tried] = []
    prepared: list[Prepared] = []
    conversions: tuple[Conversion, ...] = ()
    deployment: Deployment | None = None
    swaps: tuple[Swap, ...] = ()


def decide(session: Session, base: Path) -> Decision:
    """Decide the task; `base` is the folder that the task's paths are relative to. Raises `WeighbridgeError` for bad input."""
    material, data = load_items(session.task, base)
    items = stored(session, material)
    session.say(1, "task", f"a {material.kind} in, one of {len(material.labels)} classes out")
    machine = f"{hardware()}; {session.workshop.threads} threads and {size_text(session.workshop.memory)} of memory for each run"
    session.say(1, "machine", machine)
    for note in data.notes:
        session.say(1, "data", note)
    court = Court(session.task.metric, material.test.classes, data.choose, None, session.task.seed)
    if not (data.choose and data.report):
        reason = "there are too few items for any to be held out: nothing can be judged"
        return _settle(session, _Found(data, None, None, None), court, material, Answer.NEITHER, reason)
    cross_validated, model, predicted = assess(session, material)
    found = _Found(data, cross_validated, predicted, model)
    court = replace(court, baseline=predicted)
    early = _early(session, found, material)
    if early:
        return _settle(session, found, court, material, *early)
    found.records, passed = survey(session, base)
    for candidate in passed:
        if candidate.is_trainable:
            tell_cost(session, candidate.name, candidate.record.parameters, material)
        record, ready = prepare(candidate, session, material, items)
        found.records[candidate.target] = record
        if ready:
            found.prepared.append(ready)
        else:
            session.say(2, candidate.name, "; ".join(record.rejections))
    found.prepared = ranked(found.prepared)
    for one in found.prepared:
        found.records[one.candidate.target] = one.record
        session.say(2, one.name, f"predicted to transfer: rank {one.record.rank} of {len(found.prepared)}")
    if not found.prepared:
        session.say(2, "", "no candidate serves the task", back=1)
        return _settle(
            session, found, court, material, Answer.SCRATCH, "no candidate serves the task within its limits and policy"
        )
    found.trials, found.tried = evaluate(session, material, items, found.prepared, court)
    return _choose(session, found, court, material, items)


def _early(session: Session, found: _Found, material: Material) -> tuple[Answer, str] | None:
    """Return what stage 1 alone decides, if it does."""
    import numpy as np

    if len(np.unique(material.train.classes)) < 2:
        return Answer.NEITHER, "the items to learn from are of one class: there is nothing to tell apart"
    if is_enough(found.cross_validated, session.task.target):
        return (
            Answer.SCRATCH,
            "the simple baseline reaches the target beyond doubt; a pre-trained model is not worth its cost",
        )
    if not session.task.candidates and session.task.search is None:
        return Answer.SCRATCH, "no candidates are given"
    if session.task.seconds <= 0:
        return Answer.SCRATCH, "the budget leaves no time to try a candidate; the baseline is what there is"
    return None


def _choose(session: Session, found: _Found, court: Court, material: Material, items: str) -> Decision:
    """Take the best to deployment, and the next best where a limit is not met; the baseline where none is better than it."""
    for number, best in enumerate(contenders(found.tried)):
        if number >= _DEPLOYED:
            break
        p_value = beats_baseline(best, found.tried)
        against = best.trial.against_baseline
        if against is None or against.value < session.task.margin or p_value >= CHANCE:
            continue
        name = f"{best.prepared.name}, {best.trial.technique}"
        conversions, forms = convert(session, material, items, best, court)
        found.conversions = tuple(conversions)
        for form in forms:
            found.deployment = pack(session, material, form, session.home / ARTEFACT)
            if is_fit(found.deployment):
                found.swaps = swaps(session, best, found.trials, form, material, court, found.prepared)
                reason = f"the trial of {name} beats the baseline by {against.value:+.3f} (p = {p_value:.2g}, corrected for {len(found.tried)} trials)"
                return _settle(session, found, court, material, Answer.REUSE, reason, best)
            session.say(4, form.name, f"does not fit: {_unmet(found.deployment)}; on to the next form", back=4)
        session.say(4, name, "no form of it meets the limits; on to the next best", back=2)
    session.say(3, "", "no candidate is better than the baseline beyond chance and within the limits", back=1)
    reason = (
        "no pre-trained model is better than the simple baseline beyond chance and within the limits: not worth one"
    )
    if not found.tried:
        reason = "no technique could be tried; the baseline is what there is"
    return _settle(session, found, court, material, Answer.SCRATCH, reason)


def _unmet(deployment: Deployment) -> str:
    missed = [
        f"{name} {'cannot be told' if met is None else 'is over its limit'}"
        for name, met in deployment.met.items()
        if not met
    ]
    return ", ".join(missed) or deployment.smoke_test


def _settle(
    session: Session, found: _Found, court: Court, material: Material, answer: Answer, reason: str, best: Tried | None = None
) -> Decision:  # fmt: skip
    """Make the record, and what it needs of an artefact."""
    chosen_by, reported = (None, None) if found.baseline is None else court.figures(found.baseline)
    final = best.trial.chosen_by if best else chosen_by
    if answer is not Answer.NEITHER and session.task.target is not None and final is not None:
        held = final.interval()
        if held and held.high < session.task.target:
            reason += f"; yet nothing reaches the target of {session.task.target:g}"
            answer = Answer.NEITHER
    if answer is Answer.SCRATCH:
        found.deployment = pack_baseline(session, material, found.model, session.home / ARTEFACT)
    session.say(4 if best else 1, "", f"decided: {answer.value}; {reason}")
    decision = Decision(
        tool_version=__version__, task=session.task, answer=answer, reason=reason,
        chosen=best.prepared.name if best else "", technique=best.trial.technique if best else "",
        data=found.data, baseline_name=classifier_name(material.kind), baseline_cross_validated=found.cross_validated,
        baseline_chosen_by=chosen_by, baseline_reported=reported,
        untouched={one.name: court.figures(untouched(one, material))[0] for one in found.prepared},
        candidates=tuple(sorted(found.records.values(), key=lambda record: (record.rank or 1 << 30, record.name))),
        trials=tuple(found.trials), conversions=found.conversions if best else (), swaps=found.swaps if best else (),
        deployment=found.deployment, steps=tuple(session.steps), seconds=round(session.spent, 1),
    )  # fmt: skip
    return dress(session, decision, best)


def stored(session: Session, material: Material) -> str:
    """Write the items where the processes read them, in a folder named by their content."""
    digest = hashlib.sha256()
    for part in (material.train, material.test):
        items = part.items.tolist() if material.kind is Item.ROW else part.items
        for item, number in zip(items, part.classes.tolist(), strict=True):
            digest.update(f"{content_of(item, material.kind)}\0{material.labels[number]}\n".encode())
        digest.update(b"\n")
    place = session.workshop.folder / f"items-{digest.hexdigest()[:20]}"
    material.save(place)
    return str(place)
