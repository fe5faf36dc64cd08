"""Which parts of the chosen model can be exchanged: tried, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from weighbridge.decide.deployment import Form
from weighbridge.decide.evaluation import Court, Tried
from weighbridge.decide.prediction import Prepared
from weighbridge.decide.record import State, Swap, Trial
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import OnnxClassifier
from weighbridge.reuse.pixels import Pixels
from weighbridge.reuse.preprocessing import Preprocessor
from weighbridge.reuse.tokens import TOKENIZER, Tokens

_ITEMS = 100
_HEADS = {"linear-probe": "a linear head", "nearest-neighbours": "a vote of the nearest items"}


def swaps(
    best: Tried, trials: list[Trial], form: Form, material: Material, court: Court, prepared: list[Prepared]
) -> tuple[Swap, ...]:
    """Try the chosen model with other heads (the trials did), other candidates' tokenizers, shorter and longer texts, other sizes of image."""
    heads = [
        Swap("head", True, f"{_HEADS[trial.technique]}: {court.metric} {trial.chosen_by.value:.3f}")
        for trial in trials
        if trial.candidate == best.prepared.name
        and trial.technique in _HEADS
        and trial.state is State.MEASURED
        and trial.chosen_by
    ]
    classifier = OnnxClassifier(form.place)
    others = [one for one in prepared if one.name != best.prepared.name]
    tried = (*_tokenizers(classifier.preprocessor, others), *_sizes(classifier.preprocessor))
    return (*heads, *(_tried(classifier, exchange, material, court) for exchange in tried))


@dataclass(frozen=True, eq=False)
class _Exchange:
    """A part, what it is exchanged for in words, and what prepares items then."""

    part: str
    told: str
    preprocessor: Preprocessor


def _tried(classifier: OnnxClassifier, exchange: _Exchange, material: Material, court: Court) -> Swap:
    """Return what the deployed form reaches with an exchanged part."""
    items = material.test.items[: min(_ITEMS, court.chosen)]
    classifier.preprocessor = exchange.preprocessor
    try:
        right = float((classifier.probabilities(items).argmax(axis=1) == court.truths[: len(items)]).mean())
    except Exception as error:  # noqa: BLE001 - the runtime raises types of its own; the outcome is what is asked for
        return Swap(exchange.part, True, f"{exchange.told}: fails ({_in_short(error)})")
    return Swap(exchange.part, True, f"{exchange.told}: accuracy {right:.3f} on {len(items)} items")


def _tokenizers(own: Preprocessor, others: list[Prepared]) -> Iterator[_Exchange]:
    """Yield the other candidates' tokenizers that are not the same file, at the length that is deployed."""
    if not isinstance(own, Tokens):
        return
    seen = {own.path.read_bytes()}
    for one in others:
        path = one.candidate.folder / TOKENIZER
        if (held := path.read_bytes()) not in seen:
            seen.add(held)
            yield _Exchange("tokenizer", f"that of {one.name}", Tokens(path, own.length))


def _sizes(own: Preprocessor) -> Iterator[_Exchange]:
    """Yield texts cut, or images scaled, to a part and to a multiple of what they were."""
    for factor in (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4)):
        part, size, preprocessor = _resized(own, factor)
        yield _Exchange(part, f"{size} (as deployed)" if factor == 1 else size, preprocessor)


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
