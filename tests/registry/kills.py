"""A process that starts some work over and over and kills it in the midst of it, to see afterwards what is left.

    python -m tests.registry.kills measure FOLDER
    python -m tests.registry.kills snapshot FOLDER ENDPOINT

Each attempt is a fork of this process, which has imported all there is and started no thread: it costs milliseconds. It ends with a
line of JSON that says how many were killed and how many of them left the work half done.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

DAY = datetime.date(2026, 1, 15)
KILLS = 20
_USED = (
    "duckdb",
    "numpy",
    "pyarrow.compute",
    "pyarrow.parquet",
    "weighbridge.registry.crawl",
    "weighbridge.registry.query",
)


def attempts(
    work: Callable[[], object], progress: Callable[[], int], most: int, begin_anew: Callable[[], None]
) -> dict[str, int]:
    """Kill the work at random moments after none, one or two more of its `most` steps; at its end, begin it anew."""
    chance, killed, half = random.Random(7), 0, 0
    while killed < KILLS:
        aim = progress() + chance.randrange(3)
        child = os.fork()
        if child == 0:
            work()
            os._exit(0)
        while progress() < aim and not _has_ended(child):
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.1))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            killed += 1
            half += 0 < progress() < most
        elif status:
            raise SystemExit(f"the work ended with status {status}")
        else:
            begin_anew()
    return {"killed": killed, "half": half}


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def measuring(folder: Path) -> dict[str, int]:
    """Kill a measurement that works in one process; its steps are row groups."""
    from tests.registry.conftest import one_by_one
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry import measuring as module
    from weighbridge.registry.store import opened

    groups = len(list(module._groups(opened(folder), "models", DAY)))

    def anew() -> None:
        store = opened(folder)
        with store.locked():
            store.commit([], removed=[part.path for part in store.manifest.parts if part.covers])

    return attempts(
        lambda: module.measure(opened(folder), DAY, CHECKS, engine=one_by_one),
        lambda: len(opened(folder).parts("scores")),
        groups,
        anew,
    )


def crawling(folder: Path, endpoint: str) -> dict[str, int]:
    """Kill a snapshot, whose steps are pages; one that is complete is followed by the next day's."""
    from weighbridge.registry.crawl import FOLDER, Plan, snapshot
    from weighbridge.registry.store import created
    from weighbridge.sources.options import SourceOptions

    days = [DAY]

    def work() -> None:
        options = SourceOptions(endpoint=endpoint, token="")
        snapshot(created(folder), options, Plan(days[-1], endpoint, page=5))

    return attempts(
        work,
        lambda: len(list((folder / FOLDER).glob("page-*.jsonl"))),
        1_000_000,
        lambda: days.append(days[-1] + datetime.timedelta(days=1)),
    )


def main() -> None:
    """Do what the arguments say."""
    for name in _USED:
        importlib.import_module(name)
    verb, folder, *rest = sys.argv[1:]
    told = measuring(Path(folder)) if verb == "measure" else crawling(Path(folder), *rest)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
