"""The contract of a transferability estimator: features and labels in, one number out; higher predicts better transfer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from weighbridge.errors import UsageError

# The parts of an estimator's docstring, in order.
SECTIONS = ("Measures", "Source", "Cost", "Limits")


@dataclass(frozen=True, eq=False)
class Sample:
    """Labelled items as one candidate model sees them.

    `features` is one row an item, `labels` counts classes from 0, `source` holds the model's own class probabilities
    where it has a head of its own.
    """

    features: Any
    labels: Any
    source: Any = None
    seed: int = 0

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.labels.max()) + 1

    def only(self, chosen: Any) -> Sample:
        """Return the chosen rows."""
        source = None if self.source is None else self.source[chosen]
        return replace(self, features=self.features[chosen], labels=self.labels[chosen], source=source)


def sample_of(features: Any, labels: Any, source: Any = None, *, seed: int = 0) -> Sample:
    """Check what a sample is made of; classes are counted anew from 0. Raises `UsageError`."""
    import numpy as np

    rows, (known, codes) = np.asarray(features, dtype=np.float64), np.unique(np.asarray(labels), return_inverse=True)
    own = None if source is None else np.asarray(source, dtype=np.float64)
    if rows.ndim != 2 or len(rows) != len(codes) or (own is not None and len(own) != len(rows)):
        raise UsageError(
            f"features of shape {rows.shape} do not match {len(codes):,} labels", hint="Give one row an item."
        )
    if not np.isfinite(rows).all() or (own is not None and not np.isfinite(own).all()):
        raise UsageError("the features hold values that are no finite numbers", hint="Look at the model's output.")
    if own is not None and (own.min() < 0 or not np.allclose(own.sum(axis=1), 1, atol=1e-3)):
        raise UsageError("the source's rows are not probabilities", hint="Apply a softmax to the model's logits.")
    if len(known) < 2:
        raise UsageError("all items are of one class", hint="An estimator needs two classes or more.")
    return Sample(rows, codes, own, seed)


class Estimator:
    """An estimator: its name, what it needs, its documentation, and the function."""

    def __init__(self, function: Callable[[Sample], float], *, title: str, needs_source: bool, trains: bool) -> None:
        self.function = function
        self.name = function.__name__.replace("_", "-")
        self.title = title
        self.needs_source = needs_source
        self.trains = trains

    @cached_property
    def docs(self) -> dict[str, str]:
        """The docstring's sections by their titles; the first line stands under `summary`."""
        parts = re.split(rf"^({'|'.join(SECTIONS)}): ", inspect.getdoc(self.function) or "", flags=re.MULTILINE)
        bodies = {title: " ".join(body.split()) for title, body in zip(parts[1::2], parts[2::2], strict=True)}
        return {"summary": parts[0].strip(), **bodies}

    def __call__(self, sample: Sample) -> float:
        """Return the score; the same sample gives the same one."""
        return float(self.function(sample))


def estimator(
    title: str, *, needs_source: bool = False, trains: bool = False
) -> Callable[[Callable[[Sample], float]], Estimator]:
    """Make an estimator of a function; `trains` says that it fits a classifier and holds items out."""

    def decorate(function: Callable[[Sample], float]) -> Estimator:
        return Estimator(function, title=title, needs_source=needs_source, trains=trains)

    return decorate
