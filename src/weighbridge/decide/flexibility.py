"""Which parts of the chosen model can be exchanged: tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from weighbridge.decide.deployment import Form
from weighbridge.decide.evaluation import Court, Tried
from weighbridge.decide.record import State, Swap, Trial
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import OnnxClassifier
from weighbridge.reuse.pixels import Pixels
from weighbridge.reuse.preprocessing import Preprocessor
from weighbridge.reuse.tokens import Tokens

_ITEMS = 100
_HEADS = {"linear-probe": "a linear head", "nearest-neighbours": "a vote of the nearest items"}


def swaps(best: Tried, trials: list[Trial], form: Form, material: Material, court: Court) -> tuple[Swap, ...]:
    """Try the chosen model with other heads (the trials did), with shorter and longer texts, with smaller and larger images."""
    heads = [
        Swap("head", True, f"{_HEADS[trial.technique]}: {court.metric} {trial.chosen_by.value:.3f}")
        for trial in trials
        if trial.candidate == best.prepared.name
        and trial.technique in _HEADS
        and trial.state is State.MEASURED
        and trial.chosen_by
    ]
    return (*heads, *_sizes(OnnxClassifier(form.place), material, court))


def _sizes(classifier: OnnxClassifier, material: Material, court: Court) -> Iterator[Swap]:
    """Yield what the deployed form reaches when texts are cut, or images scaled, to a part and to a multiple of what they were."""
    items = material.test.items[: min(_ITEMS, court.chosen)]
    truths, own = court.truths[: len(items)], classifier.preprocessor
    for factor in (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4)):
        part, size, classifier.preprocessor = _resized(own, factor)
        try:
            right = float((classifier.probabilities(items).argmax(axis=1) == truths).mean())
        except Exception as error:  # noqa: BLE001 - the runtime raises types of its own; the outcome is what is asked for
            yield Swap(part, True, f"{size}: fails ({_in_short(error)})")
            continue
        as_deployed = " (as deployed)" if factor == 1 else ""
        yield Swap(part, True, f"{size}: accuracy {right:.3f} on {len(items)} items{as_deployed}")


def _resized(own: Preprocessor, factor: Fraction) -> tuple[str, str, Preprocessor]:
    """Return which part is exchanged, its size, and what prepares items by it."""
    if isinstance(own, Tokens):
        length = max(1, int(own.length * factor))
        return "context length", f"{length} tokens", Tokens(own.path, length)
    assert isinstance(own, Pixels)  # noqa: S101 - there is no third
    made = own.preparation.scaled(factor)
    return "resolution", f"{made.width} by {made.height} pixels", Pixels(made, own.names[0], own.batch_size)


def _in_short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
