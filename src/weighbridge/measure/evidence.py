"""The evidence of a measurement: everything that it takes to believe it, and to do it again."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import msgspec

from weighbridge import __version__
from weighbridge.errors import UsageError
from weighbridge.facts.contents import FileHash
from weighbridge.measure.baseline import Baseline
from weighbridge.measure.explain import Explanation
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.metrics import Calibration
from weighbridge.measure.performance import Performance
from weighbridge.measure.robustness import Robustness
from weighbridge.measure.tasks import Task
from weighbridge.measure.verdict import Judgement

SCHEMA = "1.0"
BUNDLE, PREDICTIONS = "measurement.json", "predictions.jsonl"
_LIMIT = 64 * 1024 * 1024


class Plan(msgspec.Struct, frozen=True):
    """What was asked for; the same plan over the same files gives the same predictions."""

    target: str
    task: Task
    data: str
    runner: str = ""
    function: str = ""
    file: str = ""
    text: str = ""
    label: str = ""
    classes: dict[str, str] = {}
    limit: int | None = None
    seed: int = 0
    batch: int = 32
    threads: int = 1
    claim: int | None = None
    dataset: str = ""
    split: str = ""
    is_same_data: bool = False
    trust: bool = False
    is_quick: bool = False


class Judged(msgspec.Struct, frozen=True):
    """A claim as written, and the verdict on it."""

    claim: str
    number: int
    judgement: Judgement


class Measurement(msgspec.Struct, frozen=True):
    """A measurement. `failure` tells why it is not whole; `items` of `asked` were predicted then.

    `names` are the model's names of the data's classes.
    """

    plan: Plan
    asked: int
    items: int
    data_digest: str
    files: tuple[FileHash, ...]
    commit: str
    versions: dict[str, str]
    hardware: str
    isolation: str
    command: str
    figures: tuple[MeasuredFigure, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    calibration: Calibration | None = None
    performance: Performance | None = None
    robustness: tuple[Robustness, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    judged: tuple[Judged, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""
    schema: str = SCHEMA
    tool: str = __version__
    names: dict[str, str] = {}


def read_measurement(path: Path) -> Measurement:
    """Read a bundle, or the folder it lies in. Raises `UsageError`."""
    place = path / BUNDLE if path.is_dir() else path
    try:
        if place.stat().st_size > _LIMIT:
            raise UsageError(f"{place} is larger than any measurement")
        return msgspec.json.decode(place.read_bytes(), type=Measurement)
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}", hint=f"Give a {BUNDLE}.") from None
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{place} is no measurement: {error}", hint=f"Give a {BUNDLE} as `measure` wrote it."
        ) from None


def hardware() -> str:
    """Return the machine in a line: processor, cores, system."""
    name = ""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        name = text.partition("model name")[2].partition("\n")[0].lstrip("\t: ").strip()
    except OSError:
        name = platform.processor()
    return f"{name or platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
