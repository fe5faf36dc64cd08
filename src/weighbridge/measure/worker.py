"""What runs in the sandbox: the model is loaded once, and asked batch by batch."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from weighbridge.measure.cell import peak_memory
from weighbridge.measure.runners.catalogue import runner
from weighbridge.measure.runners.contract import Job

_LIBRARIES = (
    "numpy",
    "onnxruntime",
    "scikit-learn",
    "sentence-transformers",
    "skops",
    "tokenizers",
    "torch",
    "transformers",
)


def serve(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    """Take a job first, then batches of items; `seconds` are the model's own, without what it costs to send them."""
    job = msgspec.convert(next(requests), Job)
    _seed(job.seed)
    begun = time.perf_counter()
    model = runner(job.runner).load(job)
    took = time.perf_counter() - begun
    answer({"labels": model.labels, "seconds": took, "memory": peak_memory(), "versions": versions()})
    for items in requests:
        begun = time.perf_counter()
        found = model.predict(items)
        took = time.perf_counter() - begun
        answer({"predictions": found, "seconds": took, "memory": peak_memory(), "labels": model.labels})


def _seed(seed: int) -> None:
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed)  # a model may draw from the old generator


def versions() -> dict[str, str]:
    """Return the versions of the libraries that a runner may use."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
