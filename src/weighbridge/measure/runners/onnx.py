"""ONNX models through ONNX Runtime: rows of numbers, and images prepared as the model's own settings say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import UsageError
from weighbridge.measure.runners.contract import Job, Model, Prediction, Runner, ranked
from weighbridge.measure.tasks import Item, Task


class Onnx(Runner):
    """A folder with one `.onnx` file, or several of which `--file` names one."""

    name = "onnx"
    tasks = frozenset({Task.IMAGE_CLASSIFICATION, Task.TABULAR_CLASSIFICATION, Task.TABULAR_REGRESSION})
    modules = ("onnxruntime",)

    def can_run(self, folder: Path) -> str:
        """The name of a file tells."""
        return "" if _candidates(folder) else "finds no .onnx"

    def load(self, job: Job) -> Model:
        """Load the graph."""
        import onnxruntime

        folder = Path(job.folder)
        found = [folder / job.file] if job.file else _candidates(folder)
        if len(found) > 1:
            names = ", ".join(path.name for path in found[:10])
            raise UsageError(f"{folder} holds several graphs: {names}", hint="Name one with --file.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = job.threads, 1
        session = onnxruntime.InferenceSession(found[0], options, providers=["CPUExecutionProvider"])
        return _Graph(session, folder, job.task)


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.onnx") if path.is_file())


class _Graph(Model):
    def __init__(self, session: Any, folder: Path, task: Task) -> None:
        self._session = session
        self._task = task
        self._input = session.get_inputs()[0]
        self._preparation = None
        if task.item is Item.IMAGE:
            from weighbridge.measure.images import preparation

            self._preparation = preparation(self._input.shape[1:], _settings(folder, "preprocessor_config.json"))
        names = _settings(folder, "config.json").get("id2label") or {}
        self.labels = tuple(str(names[key]) for key in sorted(names, key=int))

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        import numpy as np

        shape = self._input.shape
        if self._preparation is not None:
            batch = np.stack([self._preparation.of(item) for item in items])
        else:
            batch = np.asarray(items, dtype=np.float32).reshape(len(items), *map(_size, shape[1:]))
        outputs = self._session.run(None, {self._input.name: batch.astype(_TYPES.get(self._input.type, "float32"))})
        return self._read(outputs, len(items))

    def _read(self, outputs: list[Any], count: int) -> list[Prediction]:
        import numpy as np
        from scipy.special import softmax

        if not self._task.is_classification:
            return [Prediction(value=float(value)) for value in np.asarray(outputs[0]).reshape(count)]
        # Graphs made of scikit-learn's models give the classes, then a table of probabilities.
        if len(outputs) > 1 and isinstance(outputs[1], list):
            return [ranked({str(name): float(value) for name, value in row.items()}) for row in outputs[1]]
        rows = np.asarray(outputs[-1], dtype=np.float64).reshape(count, -1)
        is_probability = bool((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1.0, atol=1e-3))
        if not is_probability:
            rows = softmax(rows, axis=1)
        if not self.labels or len(self.labels) != rows.shape[1]:
            self.labels = tuple(str(number) for number in range(rows.shape[1]))
        return [ranked(dict(zip(self.labels, map(float, row), strict=True))) for row in rows]


_TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(uint8)": "uint8",
}


def _size(dimension: Any) -> int:
    return dimension if isinstance(dimension, int) and dimension > 0 else -1


def _settings(folder: Path, name: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode((folder / name).read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    return value if isinstance(value, dict) else {}
