"""Running a command and reading what the operating system says it took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """Medians over several runs: process time (user and system) and wall time in seconds, peak memory in MB."""

    cpu: float
    wall: float
    peak: float


def measure(command: Sequence[str], runs: int = 5) -> Run:
    """Run a command several times after one warm-up, output thrown away; return the medians."""
    taken = [_once(command) for _ in range(runs + 1)][1:]
    return Run(*(statistics.median(values) for values in zip(*taken, strict=True)))


def weighbridge(*arguments: str) -> list[str]:
    """Return the command line of the installed program."""
    return [os.path.join(os.path.dirname(sys.executable), "weighbridge"), *arguments]  # noqa: PTH118, PTH120


_CHILD = (
    "import os, resource, subprocess, sys, time; t = time.perf_counter();"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
    "wall = time.perf_counter() - t; u = resource.getrusage(resource.RUSAGE_CHILDREN);"
    "print(u.ru_utime + u.ru_stime, wall, u.ru_maxrss / 1024)"
)


def _once(command: Sequence[str]) -> tuple[float, ...]:
    done = subprocess.run([sys.executable, "-c", _CHILD, *command], capture_output=True, text=True, check=True)
    return tuple(float(value) for value in done.stdout.split())
