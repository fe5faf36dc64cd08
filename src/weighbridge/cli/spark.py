"""Spark as the engine of a command: what it needs of this machine, and a session for as long as the command runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.cli.extras import needs
from weighbridge.errors import SourceError, UsageError

if TYPE_CHECKING:
    from weighbridge.registry.measuring import Engine

# Set where Spark has been told which cluster to use: by `spark-submit`, or by whoever starts the command.
_SPARKS_OWN = ("PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_REMOTE", "SPARK_CONF_DIR")


@contextlib.contextmanager
def spark_engine(master: str, workers: int | None) -> Iterator[Engine]:
    """Give an engine on a Spark session. Raises `UsageError` without PySpark or Java, `SourceError` without a cluster.

    Without a master it is that of `spark-submit` or of Spark's own variables, and where there is none, this machine.
    """
    needs("spark", "pyspark", "pandas")
    from pyspark.errors import PySparkException

    from weighbridge.registry.spark import on_spark, session_on

    if workers or not (master or any(name in os.environ for name in _SPARKS_OWN)):
        master = f"local[{workers or '*'}]"
    if not (master.startswith("sc://") or (not master and "SPARK_REMOTE" in os.environ)):
        _needs_java()
    if master.startswith("local"):
        # In a virtual environment Spark would start another Python, the system's.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        session = session_on(master)
    except (PySparkException, RuntimeError, OSError) as error:
        first = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise SourceError(f"Spark does not start: {first[:300]}", hint="Is the address after --master right?") from None
    try:
        yield on_spark(session)
    finally:
        session.stop()


def _needs_java() -> None:
    home = os.environ.get("JAVA_HOME", "")
    if not (shutil.which("java") or (home and (Path(home) / "bin" / "java").exists())):
        raise UsageError("Spark needs Java 17 or newer", hint="apt install default-jre-headless, or set JAVA_HOME.")
