"""`weighbridge uses`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.status import CLEAN, FOUND, INCOMPLETE, NOTHING

if TYPE_CHECKING:
    from weighbridge.uses.use import Report

FORMATS = ("terminal", "json", "csv", "sarif")
_FAIL_ON = ("never", "foreign-code", "unpinned")

_EPILOG = """\b
Examples:
  weighbridge uses .                                 which models a project loads, where, and pinned to what
  weighbridge uses src/ train.ipynb Dockerfile       folders and single files
  weighbridge uses . --format csv -o models.csv      one row a place, for a table
  weighbridge uses . --format sarif -o uses.sarif    for code scanning
  weighbridge uses . --fail-on unpinned              exit status 1 unless every model is held to a commit

\b
Exit status: 0 read (and nothing that --fail-on asks about), 1 something of it, 2 usage or internal error,
3 no file that could load a model, 4 under --strict when a file was not read to its end.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--fail-on", type=click.Choice(_FAIL_ON), default="never", show_default=True, help="What gives exit status 1."
)
@click.option("--strict", is_flag=True, help="Exit status 4 when a file could not be read to its end.")
@click.option("--everywhere", is_flag=True, help="Look into node_modules, virtual environments and caches too.")
@click.option("-v", "--verbose", is_flag=True, help="List everything.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def uses(paths: tuple[Path, ...], **options: Any) -> int:
    """Tell which pre-trained models source code loads, where, and whether the revision is pinned.

    Reads Python, notebooks, JavaScript and TypeScript, YAML, JSON and TOML, shell scripts and Dockerfiles. Nothing is run,
    imported or downloaded. A name that is only known when the program runs is listed as such, never left out.
    """
    from weighbridge.uses.finding import find_uses

    with progress_bar("reading", is_wanted=not options["quiet"]) as advance:
        report = find_uses(paths, advance, everywhere=options["everywhere"])
    output.emit(_document(report, options), options["path"])
    if report.files == 0:
        output.tell("no file that could load a model was found")
    return _status(report, options)


def _document(report: Report, options: dict[str, Any]) -> str:
    from weighbridge.render import uses as render

    if options["form"] == "json":
        return render.render_uses_json(report)
    if options["form"] == "csv":
        return render.render_uses_csv(report)
    if options["form"] == "sarif":
        return render.render_uses_sarif(report)
    look = output.look(sys.stdout, options["path"])
    return render.render_uses(report, width=look["width"], encoding=look["encoding"], verbose=options["verbose"])


def _status(report: Report, options: dict[str, Any]) -> int:
    from weighbridge.render.uses import is_unpinned

    loose = [use for use in report.uses if is_unpinned(use)]
    if options["fail_on"] == "foreign-code":
        loose = [use for use in loose if use.trust_remote_code is not False]
    if options["fail_on"] != "never" and loose:
        return FOUND
    if report.files == 0 and not report.unread:
        return NOTHING
    return INCOMPLETE if options["strict"] and report.unread else CLEAN
