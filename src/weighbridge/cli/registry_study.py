"""`weighbridge registry study`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.status import CLEAN, NOTHING
from weighbridge.errors import UsageError

if TYPE_CHECKING:
    from weighbridge.registry.study.studying import Study

FORMATS = ("terminal", "html", "json")
_DATE = click.DateTime(["%Y-%m-%d"])

_EPILOG = """\b
Examples:
  weighbridge registry study hub/ -o study.html
  weighbridge registry study hub/ -o study.html --figures figures/     each figure as CSV and SVG too
  weighbridge registry study hub/ --compare 2022-06-26 -o study.html   with the turnover since that day
  weighbridge registry study hub/ --sample --format json               shares with their interval

\b
Exit status: 0 there are answers, 2 usage or internal error, 3 there is no model.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--snapshot", type=_DATE, metavar="DATE", help="The snapshot studied; the newest by default.")
@click.option("--compare", type=_DATE, metavar="DATE", help="An earlier snapshot to compare it with.")
@click.option(
    "--sample", is_flag=True, help="The dataset is a sample of the registry: give shares with their interval of 95 %."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What to write; by default what the file's name ends with, else terminal.",
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--figures", type=click.Path(file_okay=False, path_type=Path), help="Write each figure as CSV and SVG to a folder."
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def study(folder: Path, quiet: bool, **options: Any) -> int:
    """Study a registry: downloads, concentration, what is missing, claims, licences, formats, scores.

    The questions are those of the published studies of model registries, and more; published figures stand beside the new ones.
    Scores and verdicts need `registry measure` first. What the dataset cannot answer is listed.
    """
    needs("registry", "duckdb", "pyarrow")
    if options["sample"]:
        needs("measure", "statsmodels")
    from weighbridge.registry.query import open_dataset
    from weighbridge.registry.study.studying import study as answer

    dataset = open_dataset(folder, _day(options["snapshot"]))
    earlier = _earlier(dataset.store.snapshots, dataset.snapshot, _day(options["compare"]))
    with progress_bar(f"{folder}, {dataset.snapshot}", is_wanted=not quiet) as advance:
        found = answer(dataset, earlier=earlier, is_sample=options["sample"], progress=advance)
    _write(found, options["form"] or _form(options["path"]), options["path"])
    if options["figures"]:
        _write_figures(found, options["figures"])
    return CLEAN if found.models else NOTHING


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.date() if moment else None


def _earlier(
    known: tuple[datetime.date, ...], studied: datetime.date, wanted: datetime.date | None
) -> datetime.date | None:
    if wanted is None:
        return None
    if wanted not in known or wanted >= studied:
        days = ", ".join(str(day) for day in known if day < studied) or "none"
        raise UsageError(f"there is no snapshot of {wanted} before {studied}", hint=f"Earlier snapshots: {days}.")
    return wanted


def _form(path: Path | None) -> str:
    suffix = path.suffix.lower().lstrip(".") if path else ""
    return {"html": "html", "htm": "html", "json": "json"}.get(suffix, "terminal")


def _write(found: Study, form: str, path: Path | None) -> None:
    from weighbridge.render.study import render_study, render_study_html, render_study_json

    if form == "html":
        output.emit(render_study_html(found), path)
    elif form == "json":
        output.emit(render_study_json(found), path)
    else:
        from weighbridge.render.terminal import TerminalOptions

        output.emit(render_study(found, TerminalOptions(**output.look(sys.stdout, path))), path)


def _write_figures(found: Study, folder: Path) -> None:
    from weighbridge.render.study import files_of

    folder.mkdir(parents=True, exist_ok=True)
    files = dict(files_of(found))
    for name, text in files.items():
        output.emit(text, folder / name)
    output.tell(f"{len(files)} files in {folder}")
