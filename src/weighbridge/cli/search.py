"""`weighbridge search`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.status import CLEAN, INCOMPLETE, NOTHING
from weighbridge.model import Attribute

FORMATS = ("terminal", "json")
_ORDERS = ("score", "downloads", "likes", "size", "changed")

_EPILOG = """\b
Examples:
  weighbridge search "sentence similarity, German, < 500 MB, commercial use" --registry hub/
  weighbridge search "speech recognition, Dutch or Flemish, no pickle, not gated" --registry hub/
  weighbridge search "7B llama chat, gguf, apache-2.0 or mit, over 1000 downloads" --registry hub/ --by size
  weighbridge search "image classification, onnx" --registry hub/ --attribute security --attribute licence
  weighbridge search "ner, French, updated since 2024" --registry hub/ --format json -o hits.json

\b
Exit status: 0 models fit, 2 usage or internal error, 3 none fits, 4 under --strict when a word was not understood.
"""


@click.command(epilog=_EPILOG)
@click.argument("words", metavar="WORDS")
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
@click.option("--limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Models listed.")
@click.option("--by", type=click.Choice(_ORDERS), default="score", show_default=True, help="What the best are told by.")
@click.option(
    "--attribute",
    "attributes",
    multiple=True,
    type=click.Choice([attribute.value for attribute in Attribute]),
    help="Rank by the score of this attribute; several are averaged. All by default.",
)
@click.option(
    "--with-unknown", is_flag=True, help="List models too that do not tell about a condition, behind the others."
)
@click.option("--strict", is_flag=True, help="Exit status 4 when a word was not understood.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
def search(words: str, folder: Path, snapshot: datetime.datetime | None, **options: Any) -> int:
    """Find models in a registry by what they must be: task, language, size, licence, library, format, popularity.

    WORDS are phrases side by side, with commas or without; every one must hold, and `no` or `not` before one turns it round. How each
    was understood is shown, and what was not understood. The best stand first by their scores, each with the reasons why it fits and
    what reaches it from the models that it was made from.
    """
    needs("registry", "duckdb", "pyarrow", "numpy")
    from weighbridge.registry.query import open_dataset
    from weighbridge.registry.search import search as find
    from weighbridge.registry.wanted import understand
    from weighbridge.render import search as render

    wanted = understand(words)
    found = find(
        open_dataset(folder, snapshot.date() if snapshot else None), wanted,
        limit=options["limit"], order=options["by"], attributes=options["attributes"], with_unknown=options["with_unknown"],
    )  # fmt: skip
    if options["form"] == "json":
        output.emit(render.render_search_json(found), options["path"])
    else:
        look = output.look(sys.stdout, options["path"])
        text = render.render_search(found, width=look["width"], encoding=look["encoding"])
        output.emit(text, options["path"])
    if not found.hits:
        return NOTHING
    return INCOMPLETE if options["strict"] and wanted.unclear else CLEAN
