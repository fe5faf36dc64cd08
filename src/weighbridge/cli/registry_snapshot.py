"""`weighbridge registry snapshot`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.registry_import import status_of_report, told
from weighbridge.cli.settings import Request, sources_of
from weighbridge.cli.status import INCOMPLETE
from weighbridge.errors import SourceError

if TYPE_CHECKING:
    from weighbridge.registry.crawl import Crawled, Plan
    from weighbridge.registry.store import Store

_SORTS = ("downloads", "likes", "createdAt", "lastModified", "trendingScore")
# A registry that asks to wait is waited for: its windows are minutes long.
PATIENCE = 24 * 3600.0

_EPILOG = """\b
Examples:
  weighbridge registry snapshot --limit 5000 -o hub/               the most downloaded models
  weighbridge registry snapshot --author google-bert --cards -o hub/
  weighbridge registry snapshot --limit 5000 -o hub/               again: goes on where it was interrupted

\b
Environment: HF_ENDPOINT, HF_TOKEN (a token has a larger allowance).
Exit status: 0 complete, 2 usage or internal error, 3 no model listed, 4 rows were skipped or the listing ended early.
"""


@click.command(epilog=_EPILOG)
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="The dataset's folder.")
@click.option("--limit", type=click.IntRange(0), default=1000, show_default=True, help="Models to ask for; 0 for all.")
@click.option("--sort", type=click.Choice(_SORTS), default="downloads", show_default=True, help="Which come first.")
@click.option("--author", default="", metavar="NAME", help="Only the models of one person or organisation.")
@click.option(
    "--cards", is_flag=True, help="Fetch the cards' texts too: a request a model, none where it has not changed."
)
@click.option(
    "--page-size", type=click.IntRange(1, 1000), default=500, show_default=True, help="Models asked for at a time."
)
@click.option(
    "--snapshot", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot's day; today by default."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def snapshot(folder: Path, quiet: bool, **options: Any) -> int:
    """Ask a registry for its models, page by page, and take them into a dataset.

    Each page is on the disk before the next is asked for: after a crash, or a lost connection, the same command goes on where it
    stopped. A registry that asks to wait is waited for. For millions of models take a public dump instead: `registry import`.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.crawl import snapshot as take
    from weighbridge.registry.store import created

    store = created(folder)
    sources = msgspec.structs.replace(sources_of(Request()), max_wait=PATIENCE)
    plan = _plan(store, sources, options)
    with progress_bar(f"{plan.endpoint}, {plan.snapshot}", is_wanted=not quiet) as advance:
        shown = None if advance is None else lambda done, total: advance(done, total, f"{done:,} models")
        try:
            found = take(store, sources, plan, shown)
        except SourceError as error:
            error.hint = f"{error.hint} What was listed is kept: the same command goes on from there.".strip()
            raise
    return _tell(found, plan)


def _plan(store: Store, sources: Any, options: dict[str, Any]) -> Plan:
    """Return what to ask; a snapshot that was begun on another day keeps its day."""
    from weighbridge.registry.crawl import Plan, unfinished
    from weighbridge.sources.http import HubClient

    begun = unfinished(store)
    today = datetime.datetime.now(datetime.UTC).date()
    day = options["day"].date() if options["day"] else begun.snapshot if begun else today
    endpoint = HubClient(sources).endpoint
    return Plan(
        day, endpoint, options["limit"], options["sort"], options["author"], options["cards"], options["page_size"]
    )


def _tell(found: Crawled, plan: Plan) -> int:
    output.tell(told(found.report))
    status = status_of_report(found.report)
    if found.announced is not None and not plan.limit and found.announced != found.models:
        output.tell(f"the registry announced {found.announced:,} models and listed {found.models:,}")
        return INCOMPLETE
    return status
