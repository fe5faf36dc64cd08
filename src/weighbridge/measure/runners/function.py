"""Whatever is called from Python: a function of the user's choice, from a list of items to a list of answers.

An answer is a class, a number, a table of classes with their scores, a text, or a tag a word, as the task asks.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from weighbridge.errors import UsageError
from weighbridge.measure.runners.contract import Job, Model, Prediction, Runner, ranked
from weighbridge.measure.tasks import Answer, Task


class Function(Runner):
    """What `--runner module:function` or `--runner file.py:function` names."""

    name = "function"
    tasks = frozenset(Task)

    def can_run(self, folder: Path) -> str:  # noqa: ARG002 - the function knows where its model is
        """Only where it is asked for by name: nobody's code is run by guessing."""
        return "runs only what --runner module:function names"

    def load(self, job: Job) -> Model:
        """Import the function."""
        place, _, name = job.function.rpartition(":")
        module = _from_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        found = getattr(module, name, None)
        if not callable(found):
            raise UsageError(f"{place} has no function {name!r}", hint="Write --runner module:function.")
        return _Called(found, job.task)


def _from_file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file", hint="Write --runner file.py:function.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Called(Model):
    def __init__(self, function: Callable[[list[Any]], Any], task: Task) -> None:
        self._function = function
        self._task = task

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        answers = list(self._function(list(items)))
        if len(answers) != len(items):
            raise ValueError(f"the function gave {len(answers)} answers for {len(items)} items")
        return [self._prediction(answer) for answer in answers]

    def _prediction(self, answer: Any) -> Prediction:
        if self._task.answer is Answer.TEXT:
            return Prediction(text=str(answer))
        if self._task.answer is Answer.TAGS:
            return Prediction(tags=tuple(map(str, answer)))
        if self._task.answer is Answer.COUNTS:
            return Prediction(counts=tuple(map(float, answer)))
        answer = getattr(answer, "item", lambda: answer)()
        if not self._task.is_classification:
            return Prediction(value=float(answer))
        if isinstance(answer, dict):
            return ranked({str(name): float(score) for name, score in answer.items()})
        return Prediction(str(int(answer)) if isinstance(answer, float) and answer.is_integer() else str(answer))
