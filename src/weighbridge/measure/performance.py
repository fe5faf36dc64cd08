"""How fast the model answers, and what it needs to: times of the model alone, without what it costs to reach it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

WARM_UP = 3
REPEATS = 50
_BUDGET = 20.0
_ENERGY = Path("/sys/class/powercap/intel-rapl:0/energy_uj")


class Latency(msgspec.Struct, frozen=True):
    """Seconds an answer at a batch size, over so many batches after warming up, and the items a second."""

    batch: int
    runs: int
    p50: float
    p95: float
    p99: float
    rate: float


class Performance(msgspec.Struct, frozen=True):
    """Seconds to load, bytes of memory at most, latencies by batch size; joules an item where the processor tells.

    `overhead` is the share of the run that was not the model's own time.
    """

    load: float
    memory: int
    latencies: tuple[Latency, ...]
    overhead: float
    energy: float | None = None


def time_batches(
    ask: Callable[[Sequence[Any]], float], items: Sequence[Any], sizes: Sequence[int]
) -> tuple[Latency, ...]:
    """Time the model at several batch sizes; `ask` returns the seconds that the model itself took."""
    import numpy as np

    found = []
    for size in sizes:
        batches = [[items[(start + i) % len(items)] for i in range(size)] for start in range(0, REPEATS * size, size)]
        for batch in batches[:WARM_UP]:
            ask(batch)
        taken: list[float] = []
        begun = time.monotonic()
        for batch in batches:
            taken.append(ask(batch))
            if time.monotonic() - begun > _BUDGET / len(sizes):
                break
        p50, p95, p99 = (float(np.quantile(taken, share)) for share in (0.5, 0.95, 0.99))
        found.append(Latency(size, len(taken), p50, p95, p99, size / float(np.mean(taken))))
    return tuple(found)


def energy(counter: Path = _ENERGY) -> int | None:
    """Return the processor's energy counter in microjoules, where it has one that we may read."""
    try:
        return int(counter.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
