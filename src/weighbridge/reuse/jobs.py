"""Work that is done in a process of its own, once: what was done already is found by what it was made from."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import ModelFailed
from weighbridge.measure.sandbox import Limits, Sandbox
from weighbridge.reuse.contract import Profile

DONE = "done.json"
FEATURES = "features.npz"
PROBABILITIES = "probabilities.npz"
_WORKER = "weighbridge.reuse.worker:serve"
_GRACE = 60.0


class Job(msgspec.Struct, frozen=True):
    """One piece of work. Without a technique, the features of all items are extracted."""

    profile: Profile
    material: str
    folder: str
    technique: str = ""
    features: str = ""
    start: str = ""
    seed: int = 0
    seconds: float = 600.0
    threads: int = 2


class Done(msgspec.Struct, frozen=True):
    """How it went; `failure` is empty when it went well."""

    seconds: float
    failure: str = ""
    parameters: int = 0
    width: int = 0
    forward: float = 0.0
    peak_memory: int = 0


class Workshop(msgspec.Struct, frozen=True):
    """Where work is done and kept, and what it may use; `environment` is all that the processes see of this one's."""

    folder: Path
    environment: dict[str, str] = {}
    memory: int = 8 << 30
    threads: int = 2

    def place(self, *made_from: str) -> Path:
        """Return the folder of a piece of work: the same for the same ingredients, another for any other."""
        digest = hashlib.sha256("\0".join(made_from).encode()).hexdigest()[:20]
        return self.folder / digest

    def do(self, job: Job) -> Done:
        """Return how a job went; what is done already is not done again, what failed or was broken off is."""
        folder = Path(job.folder)
        held = kept(folder)
        if held is not None:
            return held
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True)
            return self._run(folder, job)
        except OSError as error:
            return Done(0.0, failure=f"{folder} cannot be written, or no process started: {error.strerror}")

    def _run(self, folder: Path, job: Job) -> Done:
        begun = time.monotonic()
        limits = Limits(memory=self.memory, seconds=job.seconds + _GRACE, threads=self.threads)
        try:
            with Sandbox(_WORKER, limits=limits, folder=folder) as box:
                done = msgspec.convert(box.ask(msgspec.to_builtins(job)), Done)
        except ModelFailed as error:
            return Done(time.monotonic() - begun, failure=error.message)
        except msgspec.ValidationError as error:
            return Done(time.monotonic() - begun, failure=f"the answer has another form than agreed: {error}")
        temporary = folder / f".{DONE}"
        temporary.write_bytes(msgspec.json.encode(done))
        temporary.replace(folder / DONE)
        return done


def finished(folder: Path) -> Done | None:
    """Return how the work in a folder went, or None when it was not finished."""
    try:
        return msgspec.json.decode((folder / DONE).read_bytes(), type=Done)
    except (OSError, msgspec.MsgspecError):
        return None


def kept(folder: Path) -> Done | None:
    """Return how the work in a folder went if it was finished and went well, else None."""
    held = finished(folder)
    return held if held is not None and not held.failure else None


def probabilities(folder: Path) -> Any:
    """Return what a finished trial predicted for the items held out."""
    import numpy as np

    with np.load(folder / PROBABILITIES, allow_pickle=False) as held:
        return held["test"]


def features(folder: Path) -> tuple[Any, Any]:
    """Return the features of the items to learn from and of those held out."""
    import numpy as np

    with np.load(folder / FEATURES, allow_pickle=False) as held:
        return held["train"], held["test"]
