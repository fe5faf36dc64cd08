"""Which parts of the chosen model can be exchanged: tried, not guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.deployment import Form
from weighbridge.decide.evaluation import Court, Tried
from weighbridge.decide.prediction import Prepared
from weighbridge.decide.record import State, Swap, Trial
from weighbridge.decide.session import Session
from weighbridge.errors import ModelFailed
from weighbridge.measure.images import Preparation
from weighbridge.measure.sandbox import Limits, Sandbox
from weighbridge.reuse.exchanges import WORKER, Exchange, Outcome
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import ABOUT
from weighbridge.reuse.tokens import TOKENIZER

_ITEMS = 100
_SECONDS = 120.0
_HEADS = {"linear-probe": "a linear head", "nearest-neighbours": "a vote of the nearest items"}
_FACTORS = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(4))

Settings = dict[str, Any]


def swaps(
    session: Session, best: Tried, trials: list[Trial], form: Form, material: Material, court: Court, prepared: list[Prepared]
) -> tuple[Swap, ...]:  # fmt: skip
    """Try the chosen model with other heads (the trials did), other candidates' tokenizers, shorter and longer texts, other sizes of image."""
    heads = [
        Swap("head", True, f"{_HEADS[trial.technique]}: {court.metric} {trial.chosen_by.value:.3f}")
        for trial in trials
        if trial.candidate == best.prepared.name
        and trial.technique in _HEADS
        and trial.state is State.MEASURED
        and trial.chosen_by
    ]
    own = json.loads((form.place / ABOUT).read_text(encoding="utf-8"))
    others = {one.name: one.candidate.folder for one in prepared if one.name != best.prepared.name}
    items, found = list(material.test.items[: min(_ITEMS, court.chosen)]), []
    for part, told, source, settings in (*_tokenizers(own, form.place, others), *_sizes(own, form.place)):
        session.show(f"{best.prepared.name}: {part}, {told}")
        asked = Exchange(str(form.place), str(source), settings, items)
        found.append(Swap(part, True, f"{told}: {_in_words(_asked(session, asked), court)}"))
    return (*heads, *found)


def _asked(session: Session, exchange: Exchange) -> Outcome:
    """Try an exchange in a process of its own."""
    limits = Limits(memory=session.workshop.memory, seconds=_SECONDS, threads=session.workshop.threads)
    try:
        with Sandbox(WORKER, limits=limits) as box:
            return msgspec.convert(box.ask(msgspec.to_builtins(exchange)), Outcome)
    except ModelFailed as error:
        return Outcome(failure=error.message)


def _in_words(outcome: Outcome, court: Court) -> str:
    if outcome.failure:
        return f"fails ({' '.join(outcome.failure.split())[:160]})"
    count = len(outcome.classes)
    return f"accuracy {float((court.truths[:count] == outcome.classes).mean()):.3f} on {count} items"


def _tokenizers(own: Settings, place: Path, others: dict[str, Path]) -> Iterator[tuple[str, str, Path, Settings]]:
    """Yield the other candidates' tokenizers that are not the same file, at the length that is deployed."""
    if "image" in own:
        return
    seen = {(place / TOKENIZER).read_bytes()}
    for name, folder in others.items():
        if (held := (folder / TOKENIZER).read_bytes()) not in seen:
            seen.add(held)
            yield "tokenizer", f"that of {name}", folder, own


def _sizes(own: Settings, place: Path) -> Iterator[tuple[str, str, Path, Settings]]:
    """Yield texts cut, or images scaled, to a part and to a multiple of what they were."""
    for factor in _FACTORS:
        part, size, settings = _resized(own, factor)
        yield part, f"{size} (as deployed)" if factor == 1 else size, place, settings


def _resized(own: Settings, factor: Fraction) -> tuple[str, str, Settings]:
    """Return which part is exchanged, its size, and the settings with it."""
    if "image" in own:
        made = msgspec.convert(own["image"], Preparation).scaled(factor)
        size = f"{made.width} by {made.height} pixels"
        return "resolution", size, {**own, "image": msgspec.to_builtins(made)}
    length = max(1, int(own["length"] * factor))
    return "context length", f"{length} tokens", {**own, "length": length}
