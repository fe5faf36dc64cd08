"""The task as a person states it: the table `[decide]` of `weighbridge.toml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import msgspec

from weighbridge.errors import UsageError
from weighbridge.measure import tasks as measured
from weighbridge.reuse.catalogue import TECHNIQUES
from weighbridge.reuse.contract import Stage, Technique
from weighbridge.scoring.policy import read_table

TASKS = (
    measured.Task.TEXT_CLASSIFICATION,
    measured.Task.IMAGE_CLASSIFICATION,
    measured.Task.TABULAR_CLASSIFICATION,
)
# What may be chosen by, and what the metrics' own name for it is.
METRICS = {"accuracy": "accuracy", "f1-macro": "f1 macro"}

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SPANS = {"s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600}
_HINT = "docs/decide.md lists every key with an example; `weighbridge decide init` writes a file."

Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the model may not exceed; an empty entry sets no limit. `latency` is for one item, at the median, in milliseconds."""

    size: str = ""
    memory: str = ""
    latency: Annotated[float, msgspec.Meta(gt=0)] | None = None
    parameters: Annotated[int, msgspec.Meta(gt=0)] | None = None
    licences: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int | None:
        """The size limit in bytes."""
        return _bytes(self.size, "size") if self.size else None

    @property
    def memory_bytes(self) -> int | None:
        """The memory limit in bytes."""
        return _bytes(self.memory, "memory") if self.memory else None


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Candidates beside those that are named: the models of a registry's dataset that fit the words; without one the Hub is asked."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    registry: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 5


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What is to be decided, on which data, from which candidates, within which limits.

    `data` and `test` are tables (CSV, TSV, JSON, Parquet); `text` and `label` their columns. Of images they may be folders with a folder
    for each class, and `image` is the column of paths. `candidates` are targets, or folders of models. `target` is the score that would do; `budget` the time for everything.
    """

    task: str
    data: str
    label: str = "label"
    text: str = "text"
    image: str = ""
    test: str = ""
    candidates: tuple[str, ...] = ()
    search: Search | None = None
    techniques: tuple[str, ...] = ()
    metric: str = "accuracy"
    target: Fraction | None = None
    margin: Fraction = 0.01
    budget: str = "10 min"
    price_per_hour: Annotated[float, msgspec.Meta(ge=0)] | None = None
    seed: int = 0
    items: Annotated[int, msgspec.Meta(ge=4)] = 2000
    held_out: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.4
    languages: tuple[str, ...] = ()
    limits: Limits = Limits()
    scores: dict[str, Annotated[float, msgspec.Meta(ge=0, le=100)]] = {}

    @property
    def asked(self) -> measured.Task:
        """The task, as it is measured."""
        return measured.Task(self.task)

    @property
    def seconds(self) -> float:
        """The budget in seconds."""
        return _seconds(self.budget)


def load_task(path: Path) -> Task:
    """Read the table `[decide]`. Raises `UsageError`, which names the file and the key."""
    table = read_table(path)
    table = table.get("tool", {}).get("weighbridge", {}) if path.name == "pyproject.toml" else table
    if "decide" not in table:
        raise UsageError(f"{path} has no table [decide]", hint=_HINT)
    try:
        task = msgspec.convert(table["decide"], Task)
    except msgspec.ValidationError as error:
        text = re.sub(r" - at `\$\.?([^`]*)`", r" at decide.\1", str(error))
        raise UsageError(f"{path}: {text}", hint=_HINT) from None
    _check(task, path)
    return task


def chosen_techniques(task: Task, stage: Stage) -> list[Technique]:
    """Return the techniques of a stage that the task names, all of them where it names none, the cheaper first."""
    own = [technique for technique in TECHNIQUES if technique.stage is stage]
    return [technique for technique in own if technique.name in task.techniques] or own


def _check(task: Task, path: Path) -> None:
    from weighbridge.model import Attribute

    _known(task.task, TASKS, f"{path}: decide.task")
    _known(task.metric, METRICS, f"{path}: decide.metric")
    for name in task.techniques:
        _known(name, [known.name for known in TECHNIQUES], f"{path}: decide.techniques")
    for name in task.scores:
        _known(name, [attribute.value for attribute in Attribute], f"{path}: decide.scores")
    _ = task.seconds, task.limits.size_bytes, task.limits.memory_bytes


def _known(word: str, existing: Any, place: str) -> None:
    if word not in existing:
        raise UsageError(f"{place}: {word!r} is none of {', '.join(existing)}", hint=_HINT)


def _bytes(text: str, key: str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", text)
    if not found or found[2].lower() not in _UNITS:
        raise UsageError(f"decide.limits.{key}: {text!r} is no size", hint="Write `200 MB` or `2 GiB`.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def _seconds(text: str) -> float:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|sec|min|m|h)?\s*", text)
    if not found:
        raise UsageError(f"decide.budget: {text!r} is no time", hint="Write `90 s`, `10 min` or `2 h`.")
    return float(found[1]) * _SPANS[found[2] or "min"]
