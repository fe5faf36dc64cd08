"""`weighbridge registry measure`."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import silence_library
from weighbridge.cli.spark import spark_engine
from weighbridge.cli.status import CLEAN, NOTHING
from weighbridge.errors import UsageError

if TYPE_CHECKING:
    from weighbridge.registry.measuring import Engine

_EPILOG = """\b
Examples:
  weighbridge registry measure hub/
  weighbridge registry measure hub/ --snapshot 2022-06-26 --workers 8
  weighbridge registry measure hub/ --engine spark --workers 8     Spark on this machine
  weighbridge registry measure /shared/hub/ --engine spark --master spark://head:7077
  weighbridge registry query hub/ "select state, count(*) from measurements where code = 'LI001' group by all"

\b
Exit status: 0 every model is measured, 2 usage or internal error, 3 there is no model.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot; the newest by default."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes of this machine at a time; as many as there are cores by default.",
)
@click.option(
    "--engine",
    type=click.Choice(("processes", "spark")),
    default="processes",
    show_default=True,
    help="What does the work: processes of this machine, or Apache Spark (the extra `spark`).",
)
@click.option(
    "--master",
    metavar="URL",
    help="Spark's cluster: spark://HOST:7077, sc://HOST, yarn …; else as spark-submit says, or this machine.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def measure(folder: Path, snapshot: datetime.datetime | None, quiet: bool, **options: Any) -> int:
    """Put every model of a snapshot through the checks of an audit.

    Verdicts go to the table `measurements`, scores to `scores`. Ages are told against the snapshot's day. Only what has no verdict
    yet is measured, or only checks of another version; a run that was killed is taken up where it stood.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry.measuring import measure as weigh_all
    from weighbridge.registry.store import latest, opened

    silence_library()
    store = opened(folder)
    day = latest(store, snapshot.date() if snapshot else None)
    with _engine(**options) as engine, progress_bar(f"{folder}, {day}", is_wanted=not quiet) as advance:
        shown = None if advance is None else lambda done, total: advance(done, total, f"{done:,} of {total:,} models")
        found = weigh_all(store, day, CHECKS, engine=engine, progress=shown)
    output.tell(f"{day}: {found.models:,} models measured, {found.verdicts:,} verdicts; {found.left:,} were up to date")
    return CLEAN if found.models + found.left else NOTHING


def _engine(engine: str, master: str | None, workers: int | None) -> contextlib.AbstractContextManager[Engine]:
    """Return the engine that is asked for. Raises `UsageError` for settings of another one."""
    from weighbridge.registry.measuring import processes

    if engine != "spark":
        if master:
            raise UsageError("--master names a cluster of Spark", hint="Add --engine spark.")
        return contextlib.nullcontext(processes(workers))
    if master and workers:
        raise UsageError("--workers is of this machine, --master of a cluster", hint="Give one of them.")
    return spark_engine(master or "", workers)
