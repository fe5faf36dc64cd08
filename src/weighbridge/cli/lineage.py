"""`weighbridge lineage`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.status import CLEAN, FOUND, NOTHING
from weighbridge.errors import UsageError

if TYPE_CHECKING:
    from weighbridge.registry.lineage import Family, Lineages

FORMATS = ("terminal", "json", "graphml", "svg")
_FAIL_ON = ("never", "marks", "oddities")

_EPILOG = """\b
Examples:
  weighbridge lineage org/name --registry hub/                    what it was made from, what was made from it
  weighbridge lineage org/name --registry hub/ --format svg -o family.svg
  weighbridge lineage org/name --registry hub/ --format graphml -o family.graphml
  weighbridge lineage org/name --registry hub/ --tainted bad/base --fail-on marks
  weighbridge lineage --registry hub/                             the whole registry in numbers

\b
Exit status: 0 told (and nothing that --fail-on asks about), 1 something of it, 2 usage or internal error,
3 the registry has no such model.
"""


@click.command(epilog=_EPILOG)
@click.argument("model", required=False, metavar="[ORG/NAME]")
@click.option(
    "--registry",
    "folder",
    required=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The dataset of a registry.",
)
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot; the newest by default."
)
@click.option(
    "--tainted", multiple=True, metavar="ORG/NAME", help="A model known to be bad; marks what is made from it."
)
@click.option(
    "--generations", type=click.IntRange(0), default=0, show_default=True, help="Generations drawn; 0 for all."
)
@click.option(
    "--children", type=click.IntRange(0), default=8, show_default=True, help="Models drawn of each base; 0 for all."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--fail-on", type=click.Choice(_FAIL_ON), default="never", show_default=True, help="What gives exit status 1."
)
def lineage(model: str | None, folder: Path, snapshot: datetime.datetime | None, **options: Any) -> int:
    """Show what a model was made from and what was made from it, and what passes from one to the other.

    Edges are base models as the registry's records declare them; a parent that was renamed counts under its name of today. A licence
    that an ancestor's forbids, a grave finding of `registry measure`, and what --tainted names mark every descendant.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.lineage import Lineages
    from weighbridge.registry.query import open_dataset

    lineages = Lineages(open_dataset(folder, snapshot.date() if snapshot else None))
    if model is None:
        return _whole(lineages, options)
    family = lineages.family(model, options["tainted"])
    output.emit(_document(family, options), options["path"])
    odd = {"marks": bool(family.member.marks), "oddities": bool(family.oddities)}
    return FOUND if odd.get(options["fail_on"]) else CLEAN


def _document(family: Family, options: dict[str, Any]) -> str:
    from weighbridge.render import lineage as render

    shown = render.Shown(options["generations"], options["children"])
    if options["form"] == "json":
        return render.render_family_json(family)
    if options["form"] == "graphml":
        return render.render_family_graphml(family)
    if options["form"] == "svg":
        from weighbridge.render.lineage_picture import render_family_picture

        return render_family_picture(family, shown)
    look = output.look(sys.stdout, options["path"])
    return render.render_family(family, shown, width=look["width"], encoding=look["encoding"])


def _whole(lineages: Lineages, options: dict[str, Any]) -> int:
    from weighbridge.registry.lineage_overview import overview
    from weighbridge.render import lineage as render

    if options["form"] not in {"terminal", "json"}:
        raise UsageError("a whole registry is too much for a picture", hint="Name a model, or ask for --format json.")
    found = overview(lineages)
    if options["form"] == "json":
        output.emit(render.render_overview_json(found), options["path"])
    else:
        look = output.look(sys.stdout, options["path"])
        text = render.render_overview(found, width=look["width"], encoding=look["encoding"])
        output.emit(text, options["path"])
    return CLEAN if found.models else NOTHING
