"""Measuring on a cluster: Apache Spark hands out the row groups, and its workers do with each what a process does on one machine.

A worker reads the records and writes the verdicts in the dataset's own folder, which all of them see under one path; what goes
through Spark is which row group is wanted and which files came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from weighbridge.errors import SourceError, WeighbridgeError
from weighbridge.registry.measuring import Engine, Task, work
from weighbridge.registry.store import Part

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

# Row groups of a job: what a job gave counts as soon as all of it is there.
_A_JOB = 8
# Jobs that are handed over at once; which of their row groups run at a time is Spark's own business.
_JOBS = 64
_SCHEMA = "number long, parts binary, fault string"


def session_on(master: str) -> SparkSession:
    """Return a session on a cluster: `local[2]`, `spark://HOST:7077`, `sc://HOST`, or as Spark's own settings say where empty."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("weighbridge registry measure")
    if master.startswith("sc://"):
        return builder.remote(master).getOrCreate()
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.log.level", "ERROR")
    if master.startswith("local"):
        # Nobody else is to reach a session of this machine alone.
        builder = builder.config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    return (builder.master(master) if master else builder).getOrCreate()


def on_spark(session: SparkSession) -> Engine:
    """Return an engine that does tasks on a Spark session."""

    def run(tasks: Sequence[Task]) -> Iterator[tuple[Task, list[Part]]]:
        jobs = [tasks[first : first + _A_JOB] for first in range(0, len(tasks), _A_JOB)]
        with ThreadPoolExecutor(_JOBS, thread_name_prefix="job") as pool:
            running = {pool.submit(_job, session, job): job for job in jobs}
            try:
                for future in as_completed(running):
                    yield from zip(running.pop(future), future.result(), strict=True)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    return run


def _job(session: SparkSession, tasks: Sequence[Task]) -> list[list[Part]]:
    """Do some tasks, each in a partition of its own, and return the files that came of each."""
    from pyspark.errors import PySparkException

    numbers = session.range(0, len(tasks), 1, len(tasks))
    try:
        found = numbers.mapInArrow(_worker([msgspec.json.encode(task) for task in tasks]), _SCHEMA).toArrow()
    except PySparkException as error:
        raise _failed(_reason(str(error))) from None
    rows = sorted(found.to_pylist(), key=itemgetter("number"))
    if fault := next((row["fault"] for row in rows if row["fault"]), None):
        raise _failed(fault)
    return [msgspec.json.decode(row["parts"], type=list[Part]) for row in rows]


def _failed(reason: str) -> SourceError:
    return SourceError(
        f"a worker of Spark could not measure: {reason}",
        hint="Every worker needs the same Weighbridge, and the dataset's folder under the same path.",
    )


def _worker(tasks: list[bytes]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return the function that a worker runs over the numbers of its tasks."""

    def measured(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            for number in batch.column(0).to_pylist():
                parts, fault = b"", ""
                try:
                    parts = msgspec.json.encode(work(msgspec.json.decode(tasks[number], type=Task)))
                except WeighbridgeError as error:
                    fault = error.message
                yield pa.RecordBatch.from_pydict({"number": [number], "parts": [parts], "fault": [fault]})

    return measured


def _reason(text: str) -> str:
    """Return the line of a worker's error that says what happened."""
    lines = [
        line.strip()
        for line in text.splitlines()
        if line.strip() and not line.startswith(("\t", " ", "JVM", "SQLSTATE"))
    ]
    return lines[-1][:300] if lines else "no reason given"
