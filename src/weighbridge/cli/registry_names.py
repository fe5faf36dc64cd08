"""`weighbridge registry names`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.status import CLEAN, NOTHING

FORMATS = ("terminal", "json")

_EPILOG = """\b
Examples:
  weighbridge registry names hub/
  weighbridge registry names hub/ --popular 5000 --limit 100
  weighbridge registry names hub/ --dimensions dimension-vectors.json.gz     needs the extra `names`
  weighbridge registry names hub/ --format json -o names.json

\b
Exit status: 0 told, 2 usage or internal error, 3 there is no model.
"""


@click.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--snapshot", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The snapshot; the newest by default."
)
@click.option(
    "--popular",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="Models that others may imitate.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows of each list.")
@click.option(
    "--dimensions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Models' tensor shapes, to tell those whose shapes deny their architecture.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
def names(folder: Path, snapshot: datetime.datetime | None, dimensions: Path | None, **options: Any) -> int:
    """Tell how a registry's models are named, where names contradict the models, and which names to be wary of.

    A name is taken apart into elements: architecture, size, dataset, language, task, training, version. Contradictions are those
    that `registry measure` found. An id is a look-alike when it can be read as that of a popular model.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.names import names_of
    from weighbridge.registry.query import open_dataset
    from weighbridge.render import names as render

    judged = None
    if dimensions is not None:
        needs("names", "numpy", "sklearn")
        from weighbridge.registry.families import odd_ones, read_dimensions

        judged = odd_ones(read_dimensions(dimensions))
    found = names_of(open_dataset(folder, snapshot.date() if snapshot else None), options["popular"], options["limit"])
    if options["form"] == "json":
        output.emit(render.render_names_json(found, judged), options["path"])
    else:
        look = output.look(sys.stdout, options["path"])
        text = render.render_names(
            found, judged, limit=options["limit"], width=look["width"], encoding=look["encoding"]
        )
        output.emit(text, options["path"])
    return CLEAN if found.convention.names else NOTHING
