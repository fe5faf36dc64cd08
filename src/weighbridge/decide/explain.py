"""Why this one, why not the others, and what would change the answer: read off the record alone."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.decide.record import Answer, Decision, State, Trial


class Explanation(msgspec.Struct, frozen=True):
    """Sentences in three parts."""

    why: tuple[str, ...]
    why_not: tuple[str, ...]
    would_change: tuple[str, ...]


def explain(decision: Decision) -> Explanation:
    """Return the explanation of a decision."""
    return Explanation(tuple(_why(decision)), tuple(_why_not(decision)), tuple(_would_change(decision)))


def chosen_trial(decision: Decision) -> Trial | None:
    """Return the trial that was chosen, if one was."""
    wanted = (decision.chosen, decision.technique)
    return next((t for t in decision.trials if (t.candidate, t.technique) == wanted), None)


def _why(decision: Decision) -> Iterator[str]:
    yield decision.sentence
    trial, base = chosen_trial(decision), decision.baseline_reported
    if trial and trial.reported and base:
        yield (
            f"On {trial.reported.n} items that no choice has seen it reaches {trial.reported.metric} {trial.reported.value:.3f}, "
            f"the baseline ({decision.baseline_name}) {base.value:.3f}."
        )
    found = decision.deployment
    if found and found.latency is not None:
        met = ", ".join(f"{name} {'met' if ok else 'not met'}" for name, ok in found.met.items()) or "no limit is set"
        yield f"Deployed as {found.form} it takes {found.latency * 1000:.1f} ms an item and {found.size / 2**20:.1f} MiB on disk; {met}."


def _why_not(decision: Decision) -> Iterator[str]:
    for candidate in decision.candidates:
        if candidate.rejections:
            yield f"{candidate.name}: {'; '.join(candidate.rejections)}."
    best = chosen_trial(decision)
    for trial in decision.trials:
        name = f"{trial.candidate}, {trial.technique}"
        if trial.state is not State.MEASURED:
            yield f"{name}: {trial.reason}."
        elif trial is not best and trial.chosen_by and trial.against_baseline:
            yield f"{name}: {trial.chosen_by.metric} {trial.chosen_by.value:.3f}, {trial.against_baseline.value:+.3f} against the baseline."
    for conversion in decision.conversions:
        if conversion.state is not State.MEASURED:
            yield f"form {conversion.technique}: {conversion.reason}."


def _would_change(decision: Decision) -> Iterator[str]:
    for candidate in decision.candidates:
        if len(candidate.rejections) == 1:
            yield f"{candidate.name} would be tried if it were not for one thing: {candidate.rejections[0]}."
    if too_dear := [t for t in decision.trials if t.state is State.SKIPPED and "budget leaves" in t.reason]:
        seconds = sum(t.cost.seconds for t in too_dear if t.cost)
        yield f"About {seconds / 60:.0f} minutes more of budget would let {len(too_dear)} more trials be made."
    yield from _close_calls(decision)
    if decision.answer is Answer.REUSE and decision.data:
        yield f"With more labelled items than the {decision.data.learn} learnt from, the simple baseline gains most: decide again then."
    if decision.answer is Answer.SCRATCH and not decision.candidates:
        yield "Candidates: none were looked at."


def _close_calls(decision: Decision) -> Iterator[str]:
    """Tell how many items would settle what chance still can explain."""
    measured = [t for t in decision.trials if t.chosen_by and t.against_baseline]
    if decision.answer is not Answer.SCRATCH or not measured or decision.baseline_chosen_by is None:
        return
    best = max(measured, key=lambda t: t.chosen_by.value if t.chosen_by else 0)
    gain = best.against_baseline.value if best.against_baseline else 0.0
    if gain >= decision.task.margin and best.chosen_by:
        yield (
            f"{best.candidate}, {best.technique} is ahead of the baseline by {gain:+.3f} on {best.chosen_by.n} items, which chance "
            "explains as well: more labelled items held out would tell."
        )
    elif decision.task.metric == "accuracy":
        yield f"A candidate would have to beat the baseline's {decision.baseline_chosen_by.value:.3f} by {decision.task.margin:g} and more."
