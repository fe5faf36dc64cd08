"""What runs in the sandbox: features of a candidate, or one technique tried on it.

Everything that it hands back, but how it went, lies in the job's folder, as JSON and arrays that are read without executing anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import WeighbridgeError
from weighbridge.measure.cell import peak_memory
from weighbridge.measure.tasks import Item
from weighbridge.reuse.catalogue import technique
from weighbridge.reuse.contract import Bench, Diverged
from weighbridge.reuse.jobs import FEATURES, PROBABILITIES, Done, Job
from weighbridge.reuse.material import load_material


def serve(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    """Do the jobs that are asked for, one after the other."""
    for request in requests:
        job = msgspec.convert(request, Job)
        _limit_threads(job.threads)
        answer(msgspec.to_builtins(perform(job)))


def perform(job: Job) -> Done:
    """Do a job; what goes wrong is told in what it returns."""
    begun = time.monotonic()
    try:
        found = _try(job) if job.technique else _extract(job)
    except (WeighbridgeError, Diverged) as error:
        return Done(time.monotonic() - begun, failure=str(error) or type(error).__name__)
    except MemoryError:
        return Done(time.monotonic() - begun, failure="not enough memory")
    except (RuntimeError, ValueError, KeyError, OSError, ImportError, TypeError) as error:
        # what libraries raise for a model that they cannot cope with
        return Done(time.monotonic() - begun, failure=f"{type(error).__name__}: {str(error)[:500]}")
    return msgspec.structs.replace(found, seconds=time.monotonic() - begun, peak_memory=peak_memory())


def _extract(job: Job) -> Done:
    import numpy as np

    material, candidate = load_material(Path(job.material)), Path(job.profile.folder)
    if material.kind is Item.ROW:
        return Done(0.0, failure=f"no candidate can be read that takes a {material.kind}")
    from weighbridge.reuse.networks import batched, load_network, size_of

    backbone, preprocessor = load_network(candidate, material.kind)
    parts, begun = {}, time.monotonic()
    for name, part in (("train", material.train), ("test", material.test)):
        parts[name] = batched(backbone, preprocessor, part.items)
        if not np.isfinite(parts[name]).all():
            return Done(0.0, failure="the features hold values that are no finite numbers")
    forward = (time.monotonic() - begun) / max(1, len(material.train) + len(material.test))
    np.savez(Path(job.folder) / FEATURES, **parts)
    return Done(0.0, parameters=size_of(backbone), width=parts["train"].shape[1], forward=forward)


def _try(job: Job) -> Done:
    import numpy as np

    features = None
    if job.features:
        with np.load(job.features, allow_pickle=False) as held:
            features = held["train"]
    folder, material = Path(job.folder), load_material(Path(job.material))
    start = Path(job.start) if job.start else None
    bench = Bench(job.profile, material, folder, features, job.seed, job.seconds, start)
    fitted = technique(job.technique).fit(bench)
    begun = time.monotonic()
    found = fitted.probabilities(material.test.items)
    forward = (time.monotonic() - begun) / max(1, len(material.test))
    if found.shape != (len(material.test), len(material.labels)) or not np.isfinite(found).all():
        return Done(0.0, failure="the classifier's output is not a row of finite probabilities an item")
    fitted.save(folder)
    np.savez(folder / PROBABILITIES, test=found)
    return Done(0.0, forward=forward)


def _limit_threads(count: int) -> None:
    import torch

    torch.set_num_threads(count)
