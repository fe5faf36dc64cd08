"""The study of a registry, for people and programs: a page, a terminal's tables, JSON, and each figure as CSV and SVG."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec
from markupsafe import Markup
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from weighbridge import __version__
from weighbridge.registry.study.figure import Chart, Figure
from weighbridge.registry.study.studying import Study
from weighbridge.render.charts import Series, Spread, bars, ranks, spreads, standalone, years
from weighbridge.render.html import environment
from weighbridge.render.terminal import MAX_WIDTH, MIN_WIDTH, TerminalOptions, draw
from weighbridge.render.text import printable

_SHOWN, _DRAWN = 10, 25
# Columns that hold numbers between 0 and 1 that are no shares.
_COEFFICIENTS = frozenset({"gini", "correlation"})
_PLAIN = frozenset({"tenth", "quarter", "median", "three_quarters", "nine_tenths"})


def headline(study: Study) -> str:
    """Return what was studied, in a sentence."""
    compared = f", compared with {study.earlier}" if study.earlier else ""
    sample = "; a sample: shares have their interval of 95 %" if study.is_sample else ""
    return (
        f"{study.models:,} models on {study.snapshot}{compared}; of {study.described:,} the registry tells more than the name, "
        f"and shares are of these{sample}."
    )


def written(column: str, value: Any) -> str:
    """Return a cell as people read it: counts with separators, shares as percentages."""
    if value is None:
        return "not told"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(value, 300)
    if isinstance(value, int) or (column not in _COEFFICIENTS and column not in _PLAIN and value == int(value) > 1):
        return f"{int(value):,}"
    if column in _COEFFICIENTS or (column in {"low", "high"} and value < 0):
        return f"{value:.3f}"
    return f"{value:.1f}" if column in _PLAIN else f"{100 * value:.2f} %"


def picture(figure: Figure) -> str:
    """Return the figure's chart; empty where it has none."""
    question = figure.question
    if figure.absent or question.chart is Chart.NONE:
        return ""
    if question.chart is Chart.RANKS:
        return ranks(question.title, _ranked(figure))
    if question.chart is Chart.YEARS:
        return years(question.title, _by_year(figure))
    if question.chart is Chart.SPREAD:
        return spreads(question.title, _spreads(figure))
    return bars(question.title, _bars(figure))


def _bars(figure: Figure) -> list[tuple[str, float, str]]:
    drawn = figure.question.drawn
    pairs = zip(figure.column(figure.columns[0]), figure.column(drawn), strict=True)
    return [(str(name), float(value), written(drawn, value)) for name, value in pairs if value is not None][:_DRAWN]


def _ranked(figure: Figure) -> list[Series]:
    names = dict.fromkeys(figure.column("series"))
    return [Series(str(name), [(r, d) for n, r, d in figure.rows if n == name and r > 0 and d > 0]) for name in names]


def _by_year(figure: Figure) -> list[Series]:
    found = [float(year) for year in figure.column(figure.columns[0])]
    return [Series(name, list(zip(found, map(float, figure.column(name)), strict=True))) for name in figure.columns[2:]]


def _spreads(figure: Figure) -> list[Spread]:
    wanted = ("attribute", "tenth", "quarter", "median", "three_quarters", "nine_tenths")
    return [Spread(*row) for row in zip(*map(figure.column, wanted), strict=True)]


def render_study_html(study: Study) -> str:
    """Return the study as one HTML file with its pictures, without scripts."""
    return environment().get_template("study.html.j2").render(
        study=study,
        headline=headline(study),
        figures=[(figure, Markup(picture(figure)), _cells(figure)) for figure in study.figures if not figure.absent],  # noqa: S704 - numbers and escaped names
        absent=[figure for figure in study.figures if figure.absent],
        tool=__version__,
    )  # fmt: skip


def _cells(figure: Figure) -> list[list[str]]:
    return [[written(name, value) for name, value in zip(figure.columns, row, strict=True)] for row in figure.rows]


def render_study(study: Study, options: TerminalOptions) -> str:
    """Return the study for people at a terminal: the first rows of each figure."""
    parts: list[RenderableType] = [Text(headline(study))]
    for figure in study.figures:
        parts.append(Text.assemble((figure.question.title, "bold"), "\n", (figure.question.asks, "dim")))
        parts.append(Text(f"Not answered: {figure.absent}.", style="dim") if figure.absent else _table(figure))
        if figure.question.corrected and not figure.absent:
            parts.append(Text(figure.question.corrected, style="dim"))
    width = max(MIN_WIDTH, min(options.width, MAX_WIDTH))
    return draw(parts, msgspec.structs.replace(options, width=width))


def _table(figure: Figure) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for number, name in enumerate(figure.columns):
        table.add_column(
            name.replace("_", " "), justify="right" if number and name != "published" else "left", overflow="fold"
        )
    for cells in _cells(figure)[:_SHOWN]:
        table.add_row(*cells)
    return table


def render_study_json(study: Study) -> str:
    """Return everything as one JSON object."""
    document = {
        "tool": {"name": "weighbridge", "version": __version__},
        "snapshot": study.snapshot.isoformat(),
        "earlier": study.earlier.isoformat() if study.earlier else None,
        "models": study.models,
        "described": study.described,
        "is_sample": study.is_sample,
        "figures": [_document(figure) for figure in study.figures],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _document(figure: Figure) -> dict[str, Any]:
    question = figure.question
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return {
        "name": question.name,
        "title": question.title,
        "asks": question.asks,
        "absent": figure.absent or None,
        "corrected": question.corrected or None,
        "rows": rows,
    }


def files_of(study: Study) -> Iterator[tuple[str, str]]:
    """Yield each answered figure's files, a table as CSV and a picture as SVG, with their names."""
    for figure in study.figures:
        if figure.absent:
            continue
        yield f"{figure.question.name}.csv", _csv(figure)
        if drawn := picture(figure):
            yield f"{figure.question.name}.svg", standalone(drawn)


def _csv(figure: Figure) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(figure.columns)
    writer.writerows([[_inert(value) for value in row] for row in figure.rows])
    return out.getvalue()


def _inert(value: Any) -> Any:
    """Keep a text of a stranger's from being taken for a formula by a spreadsheet."""
    if not isinstance(value, str):
        return value
    text = printable(value, 1000)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
