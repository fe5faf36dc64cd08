"""`weighbridge registry histories`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import Request, sources_of
from weighbridge.cli.status import CLEAN, INCOMPLETE, NOTHING

_EPILOG = """\b
Examples:
  weighbridge registry histories hub/ --limit 500                  the 500 most downloaded that have none yet
  weighbridge registry query hub/ "select id, count(*), avg(is_signed::int) from commits group by id"

\b
Environment: HF_ENDPOINT. No token is sent: gated and private models are listed in `rejects`.
Exit status: 0 every history is there, 2 usage or internal error, 3 no model without a history, 4 some could not be had.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot; the newest by default."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Models to ask for.")
@click.option(
    "--commits", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Newest commits of each."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def histories(folder: Path, snapshot: datetime.datetime | None, limit: int, commits: int, quiet: bool) -> int:
    """Fetch the commits of a snapshot's models, the most downloaded first.

    Each repository is cloned bare and without contents (`git clone --bare --filter=blob:none`), read and let go. Models that have
    commits are passed over, so the same command goes on where it stopped.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.histories import Asked, take_histories
    from weighbridge.registry.store import latest, opened
    from weighbridge.sources.http import HubClient

    store = opened(folder)
    day = latest(store, snapshot.date() if snapshot else None)
    asked = Asked(day, HubClient(sources_of(Request())).endpoint, limit, commits)
    with progress_bar(f"{asked.endpoint}, {day}", is_wanted=not quiet) as advance:
        shown = None if advance is None else lambda done, total: advance(done, total, f"{done:,} of {total:,} models")
        found = take_histories(store, asked, shown)
    output.tell(f"{day}: {found.commits:,} commits of {found.models:,} models")
    for reason, count in found.failed.items():
        output.tell(f"{count:,} without: {reason}")
    if found.failed:
        return INCOMPLETE
    return CLEAN if found.models else NOTHING
