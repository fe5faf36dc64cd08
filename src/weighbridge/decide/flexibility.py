"""Which parts of the chosen model can be exchanged: tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weighbridge.decide.deployment import Form
from weighbridge.decide.evaluation import Court, Tried
from weighbridge.decide.record import State, Swap, Trial
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import OnnxText
from weighbridge.reuse.tokens import Tokens

_ITEMS = 100
_HEADS = {"linear-probe": "a linear head", "nearest-neighbours": "a vote of the nearest items"}


def swaps(best: Tried, trials: list[Trial], form: Form, material: Material, court: Court) -> tuple[Swap, ...]:
    """Try the chosen model with other heads (the trials did) and with shorter and longer texts."""
    heads = [
        Swap("head", True, f"{_HEADS[trial.technique]}: {court.metric} {trial.chosen_by.value:.3f}")
        for trial in trials
        if trial.candidate == best.prepared.name
        and trial.technique in _HEADS
        and trial.state is State.MEASURED
        and trial.chosen_by
    ]
    return (*heads, *_lengths(form.place, material, court))


def _lengths(place: Path, material: Material, court: Court) -> Iterator[Swap]:
    """Yield what the deployed form reaches when texts are cut earlier and later than they were."""
    classifier = OnnxText(place)
    own, items = classifier.tokens.length, list(material.test.items[: min(_ITEMS, court.chosen)])
    truths = court.truths[: len(items)]
    for length in (own // 4, own // 2, own, own * 2, own * 4):
        classifier.tokens = Tokens(classifier.tokens.path, length)
        try:
            right = float((classifier.probabilities(items).argmax(axis=1) == truths).mean())
        except Exception as error:  # noqa: BLE001 - the runtime raises types of its own; the outcome is what is asked for
            yield Swap("context length", True, f"{length} tokens: fails ({str(error)[:120]})")
            return
        yield Swap(
            "context length",
            True,
            f"{length} tokens: accuracy {right:.3f} on {len(items)} items"
            + (" (as deployed)" if length == own else ""),
        )
