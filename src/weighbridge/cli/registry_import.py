"""`weighbridge registry import`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.status import CLEAN, ERROR, INCOMPLETE, NOTHING, worst
from weighbridge.errors import WeighbridgeError

if TYPE_CHECKING:
    from weighbridge.registry.importing import Report

_EPILOG = """\b
Examples:
  weighbridge registry import models.jsonl.gz -o hub/
  weighbridge registry import 2022.jsonl -o hub/ --snapshot 2022-06-26    the day the dump stands for
  weighbridge registry import --shapes                                    what can be read

\b
Exit status: 0 every row taken, 2 usage or internal error, 3 no row taken, 4 rows were skipped
(`weighbridge registry query hub/ "select * from rejects"` lists them).
"""


def _list_shapes(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if not is_wanted or context.resilient_parsing:
        return
    from weighbridge.registry.importers.catalogue import IMPORTERS

    width = max(len(importer.name) for importer in IMPORTERS)
    output.emit(
        "".join(f"{importer.name:<{width}}  {importer.what}; tried on {importer.seen}\n" for importer in IMPORTERS)
    )
    context.exit(0)


@click.command("import", epilog=_EPILOG)
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP...", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="The dataset's folder.")
@click.option(
    "--snapshot",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day that the dumps stand for; today by default.",
)
@click.option("--shape", metavar="NAME", help="The dumps' shape, where it cannot be told from their beginning.")
@click.option("--registry", metavar="NAME", help="The registry that the models are of; else as the shape says.")
@click.option(
    "--shapes", is_flag=True, is_eager=True, expose_value=False, callback=_list_shapes, help="List the shapes."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def import_(dumps: tuple[Path, ...], folder: Path, **options: Any) -> int:
    """Take public dumps of a registry into a dataset, instead of asking the registry a million times.

    Each DUMP is taken whole or not at all. Rows that cannot be used are listed in the table `rejects`; a model that the
    snapshot holds already is passed over, so that a dump can be given twice.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    day = options["snapshot"].date() if options["snapshot"] else datetime.datetime.now(datetime.UTC).date()
    statuses = []
    for dump in dumps:
        try:
            report = _import(dump, folder, day, options)
        except WeighbridgeError as error:
            output.complain(f"{dump}: {error.message}" if len(dumps) > 1 else error.message, error.hint, error.link)
            statuses.append(ERROR)
            continue
        output.tell(told(report))
        statuses.append(status_of_report(report))
    return worst(statuses)


def _import(dump: Path, folder: Path, day: datetime.date, options: dict[str, Any]) -> Report:
    from weighbridge.registry.derivation import Scope
    from weighbridge.registry.importers.catalogue import importer_for
    from weighbridge.registry.importing import import_rows
    from weighbridge.registry.store import created

    store = created(folder)
    importer = importer_for(dump, options["shape"])
    scope = Scope(day, options["registry"] or importer.registry, dump.name)
    with progress_bar(dump.name, is_wanted=not options["quiet"]) as advance:
        shown = None if advance is None else lambda count: advance(count, 0, f"{count:,} models")
        return import_rows(store, importer.rows(dump), scope, progress=shown)


def status_of_report(report: Report) -> int:
    """Return the status of an import."""
    if report.rejected:
        return INCOMPLETE
    return CLEAN if report.rows or report.known else NOTHING


def told(report: Report) -> str:
    """Return what came of an import, in a few lines."""
    rows = ", ".join(f"{count:,} {name}" for name, count in report.rows.items() if name != "rejects") or "nothing new"
    lines = [f"{report.source}: {rows} for {report.snapshot}"]
    if report.known:
        lines.append(f"{report.known:,} models were there already")
    lines += [f"skipped {count:,}: {reason}" for reason, count in report.rejected.items()]
    return "\n".join(lines)
