"""`weighbridge registry measure`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import silence_library
from weighbridge.cli.status import CLEAN, NOTHING

_EPILOG = """\b
Examples:
  weighbridge registry measure hub/
  weighbridge registry measure hub/ --snapshot 2022-06-26 --workers 8
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
    "--workers", type=click.IntRange(1, 256), help="Processes at a time; as many as there are cores by default."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def measure(folder: Path, snapshot: datetime.datetime | None, workers: int | None, quiet: bool) -> int:
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
    with progress_bar(f"{folder}, {day}", is_wanted=not quiet) as advance:
        shown = None if advance is None else lambda done, total: advance(done, total, f"{done:,} of {total:,} models")
        found = weigh_all(store, day, CHECKS, workers=workers, progress=shown)
    output.tell(f"{day}: {found.models:,} models measured, {found.verdicts:,} verdicts; {found.left:,} were up to date")
    return CLEAN if found.models + found.left else NOTHING
