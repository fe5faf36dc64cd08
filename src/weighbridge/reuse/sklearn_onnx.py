"""A scikit-learn pipeline as one ONNX graph, through skl2onnx."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from weighbridge.measure.baseline import GRID
from weighbridge.measure.tasks import Item
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import ABOUT, MODEL
from weighbridge.reuse.pixels import Pixels

# scikit-learn's own pattern, in the words of the expressions that the runtime knows.
_WORD = r"[\p{L}\p{N}_]{2,}"


def export_pipeline(model: Any, material: Material, folder: Path) -> None:
    """Write a fitted pipeline that takes texts, rows of numbers or of pixels; a class never seen gets no column."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    options: dict[int, dict[str, Any]] = {}
    if material.kind is Item.TEXT:
        model = _without_locale(model)
        entry: Any = StringTensorType([None, 1])
        options[id(model.steps[0][1])] = {"tokenexp": _WORD}
    else:
        entry = FloatTensorType([None, model.n_features_in_])
    options[id(model)] = {"zipmap": False}
    graph = to_onnx(model, initial_types=[("items", entry)], options=options)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(graph.SerializeToString())
    about: dict[str, Any] = {"labels": [material.labels[number] for number in model.classes_]}
    if material.kind is Item.IMAGE:
        about |= Pixels(GRID, "items", batch_size=1).save(folder)
    (folder / ABOUT).write_text(json.dumps(about, indent=2), encoding="utf-8")


def _without_locale(model: Any) -> Any:
    """Return the pipeline without its lower-casing: the runtime's needs a locale that a machine may lack; the program does it."""
    found = deepcopy(model)
    found.steps[0][1].lowercase = False
    return found
