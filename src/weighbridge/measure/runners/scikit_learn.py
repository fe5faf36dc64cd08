"""Models of scikit-learn: `.skops`, or a pickle (`.joblib`, `.pkl`), which is loaded only after a scan that found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weighbridge.errors import UsageError
from weighbridge.measure.runners.contract import Job, Model, Prediction, Runner, ranked
from weighbridge.measure.tasks import Task

_SUFFIXES = (".skops", ".joblib", ".pkl", ".pickle")


class ScikitLearn(Runner):
    """A folder with one file of a fitted estimator, or several of which `--file` names one."""

    name = "scikit-learn"
    tasks = frozenset(
        {Task.TEXT_CLASSIFICATION, Task.TEXT_SCORING, Task.TABULAR_CLASSIFICATION, Task.TABULAR_REGRESSION}
    )
    modules = ("sklearn",)

    def can_run(self, folder: Path) -> str:
        """The name of a file tells."""
        return "" if _candidates(folder) else f"finds no {', '.join(_SUFFIXES)}"

    def load(self, job: Job) -> Model:
        """Load the estimator; skops makes no object of a type outside the libraries that it knows."""
        path = _chosen(Path(job.folder), job.file)
        if path.suffix == ".skops":
            import skops.io

            asked = skops.io.get_untrusted_types(file=path)
            estimator = skops.io.load(path, trusted=asked if job.trusts_code else [])
        else:
            import joblib

            estimator = joblib.load(path)
        return _Estimator(estimator, job.task)


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _chosen(folder: Path, asked: str) -> Path:
    if asked:
        return folder / asked
    found = _candidates(folder)
    safe = [path for path in found if path.suffix == ".skops"] or found
    if len(safe) > 1:
        names = ", ".join(path.name for path in safe[:10])
        raise UsageError(f"{folder} holds several estimators: {names}", hint="Name one with --file.")
    return safe[0]


class _Estimator(Model):
    def __init__(self, estimator: Any, task: Task) -> None:
        self._estimator = estimator
        self._task = task
        classes = getattr(estimator, "classes_", None) if task.is_classification else None
        self.labels = tuple(_name(value) for value in classes) if classes is not None else ()

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        if not self._task.is_classification:
            return [Prediction(value=float(value)) for value in self._estimator.predict(items)]
        if not hasattr(self._estimator, "predict_proba"):
            return [Prediction(_name(value)) for value in self._estimator.predict(items)]
        rows = self._estimator.predict_proba(items)
        return [ranked(dict(zip(self.labels, map(float, row), strict=True))) for row in rows]


def _name(value: Any) -> str:
    number = getattr(value, "item", lambda: value)()
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)
