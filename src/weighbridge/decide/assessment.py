"""Stage 1: reuse a model, or make one from scratch? What the simple baseline reaches, and what fine-tuning would cost."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.baseline import cross_validated, held_out
from weighbridge.decide.figures import figure
from weighbridge.decide.session import Session
from weighbridge.facts.memory import memory_needs
from weighbridge.measure.baseline import classifier_name
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.tasks import Item
from weighbridge.model.units import size_text
from weighbridge.reuse.families import TrainedTechnique
from weighbridge.reuse.material import Material

_TOKENS = 256
_LETTERS = 4  # of English text, a token
# Sustained arithmetic of one processor core, as a planning figure; stage 3 plans by measured passes instead.
_FLOPS = 2e10


def assess(session: Session, material: Material) -> tuple[MeasuredFigure | None, Any, Any]:
    """Return the baseline's cross-validated figure, the fitted baseline, and its predictions for the items held out."""
    seed, name = session.task.seed, classifier_name(material.kind)
    predicted = cross_validated(material, seed)
    found = None
    if predicted is None:
        session.say(1, "baseline", f"{name} cannot be cross-validated: there are too few items a class")
    else:
        found = figure(session.task.metric, material.train.classes, predicted, split="cross-validation", seed=seed)
        held = found.interval()
        span = f" ({held.low:.3f} to {held.high:.3f})" if held else ""
        session.say(1, "baseline", f"{name}: {session.task.metric} {found.value:.3f}{span}, cross-validated")
    model, rows = held_out(material, seed)
    return found, model, rows.argmax(axis=1)


def is_enough(found: MeasuredFigure | None, target: float | None) -> bool:
    """Tell whether the baseline reaches the target beyond doubt: the whole interval lies above it."""
    held = found.interval() if found else None
    return target is not None and held is not None and held.low >= target


def tell_cost(session: Session, name: str, parameters: int | None, material: Material) -> None:
    """Put on record what fine-tuning a candidate would take, by its tensors and the data alone."""
    if not parameters:
        return
    need = memory_needs(parameters)[0]
    items = material.train.items
    tokens = (
        min(_TOKENS, sum(map(len, items)) / max(1, len(items)) / _LETTERS) if material.kind is Item.TEXT else _TOKENS
    )
    flops = 6.0 * parameters * tokens * len(items) * TrainedTechnique.epochs
    hours = flops / (_FLOPS * session.workshop.threads) / 3600
    money = f", {hours * session.task.price_per_hour:.2f} at the price given" if session.task.price_per_hour else ""
    session.say(
        1, name,
        f"fine-tuning would take about {hours * 60:.1f} min here ({flops:.1e} operations){money}, {size_text(need.fine_tuning)} "
        f"of memory in full, {size_text(need.lora)} with LoRA, without activations",
    )  # fmt: skip
