"""`weighbridge registry owners`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click
import msgspec

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.registry_snapshot import PATIENCE
from weighbridge.cli.settings import Request, sources_of
from weighbridge.cli.status import CLEAN, INCOMPLETE, NOTHING
from weighbridge.errors import SourceError

_EPILOG = """\b
Examples:
  weighbridge registry owners hub/ --limit 500                     those of the most downloaded models
  weighbridge registry query hub/ "select kind, is_verified, count(*) from owners group by all"

\b
Environment: HF_ENDPOINT, HF_TOKEN.
Exit status: 0 all were told, 2 usage or internal error, 3 no owner that is not known, 4 of some nothing is told.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot; the newest by default."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Owners to ask for.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def owners(folder: Path, snapshot: datetime.datetime | None, limit: int, quiet: bool) -> int:
    """Ask which owners of a snapshot's models are organisations, and which of those are verified.

    Those of the most downloaded models come first, at one or two requests each. Owners that are known are passed over, so the same
    command goes on where it stopped.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.owners import take_owners
    from weighbridge.registry.store import latest, opened

    store = opened(folder)
    day = latest(store, snapshot.date() if snapshot else None)
    sources = msgspec.structs.replace(sources_of(Request()), max_wait=PATIENCE)
    with progress_bar(f"owners, {day}", is_wanted=not quiet) as advance:
        shown = None if advance is None else lambda done, total: advance(done, total, f"{done:,} of {total:,} owners")
        try:
            found = take_owners(store, sources, day, limit, shown)
        except SourceError as error:
            error.hint = f"{error.hint} What was told is kept: the same command goes on from there.".strip()
            raise
    output.tell(
        f"{day}: {found.organisations:,} organisations, {found.verified:,} of them verified, {found.persons:,} persons"
    )
    for reason, count in found.failed.items():
        output.tell(f"{count:,} without: {reason}")
    if found.failed:
        return INCOMPLETE
    return CLEAN if found.organisations or found.persons else NOTHING
