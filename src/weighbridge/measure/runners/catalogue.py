"""The runners there are, in the order in which they are tried."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from weighbridge.errors import UsageError
from weighbridge.measure.runners.contract import Runner
from weighbridge.measure.tasks import Task

RUNNERS = {
    "sentence-transformers": "weighbridge.measure.runners.sentence_transformers:SentenceTransformers",
    "transformers": "weighbridge.measure.runners.transformers:Transformers",
    "scikit-learn": "weighbridge.measure.runners.scikit_learn:ScikitLearn",
    "onnx": "weighbridge.measure.runners.onnx:Onnx",
    "function": "weighbridge.measure.runners.function:Function",
}


def runner(name: str) -> Runner:
    """Return a runner by its name. Raises `UsageError`."""
    if name not in RUNNERS:
        raise UsageError(f"there is no runner {name!r}", hint=f"The runners are {', '.join(RUNNERS)}.")
    module, _, kind = RUNNERS[name].partition(":")
    made: Runner = getattr(importlib.import_module(module), kind)()
    return made


def choose(folder: Path, task: Task, asked: str = "") -> Runner:
    """Return the runner that is asked for, or the first that can run the folder. Raises `UsageError`, which says why none can."""
    reasons = []
    for name in [asked] if asked else RUNNERS:
        made = runner(name)
        reason = (
            f"does not do {task}" if task not in made.tasks else "" if asked == "function" else made.can_run(folder)
        )
        if not reason:
            _require(made)
            return made
        reasons.append(f"{name} {reason}")
    raise UsageError(
        f"nothing here runs {folder} on {task}: {'; '.join(reasons)}", hint="Name one with --runner, or another --task."
    )


def _require(made: Runner) -> None:
    absent = [module for module in made.modules if importlib.util.find_spec(module) is None]
    if absent:
        extra = "torch" if "torch" in made.modules else "measure"
        raise UsageError(
            f"the runner {made.name} needs {', '.join(absent)}", hint=f"pip install 'weighbridge[{extra}]'"
        )
