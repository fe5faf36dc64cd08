"""The baseline as an artefact: where a model from scratch is the answer, it is deployed like any other."""

from __future__ import annotations

from typing import Any

from weighbridge.decide.baseline import held_out
from weighbridge.decide.deployment import Form, pack
from weighbridge.decide.environment import pinned
from weighbridge.decide.record import Deployment
from weighbridge.decide.session import Session
from weighbridge.measure.tasks import Item
from weighbridge.reuse.material import Material

NAME = "onnx, through skl2onnx"
_PROGRAMS = {
    Item.TEXT: ("predict-words.txt", ("numpy", "onnxruntime")),
    Item.IMAGE: ("predict-image.txt", ("numpy", "onnxruntime", "pillow")),
    Item.ROW: ("predict-rows.txt", ("numpy", "onnxruntime")),
}


def pack_baseline(session: Session, material: Material, model: Any, folder: Any) -> Deployment | None:
    """Export the fitted baseline, pack and measure it; None where there is none."""
    from weighbridge.reuse.sklearn_onnx import export_pipeline

    if model is None:
        return None
    place = session.workshop.folder / "baseline"
    try:
        export_pipeline(model, material, place)
    except (RuntimeError, ValueError, NotImplementedError, ImportError) as error:
        session.say(4, "baseline", f"cannot be converted to ONNX: {error}")
        return None
    rows = held_out(material, session.task.seed)[1]
    program, needed = _PROGRAMS[material.kind]
    form = Form(NAME, place, rows, program, pinned(*needed))
    return pack(session, material, form, folder)
