"""Claimed against measured, for a whole registry: the distribution as a picture, and the pairs that stand out."""

from __future__ import annotations

import bisect
import itertools
import json
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from markupsafe import Markup
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from weighbridge import __version__
from weighbridge.measure.discrepancies import Discrepancies, Pair
from weighbridge.render.html import environment
from weighbridge.render.style import Signs
from weighbridge.render.terminal import MAX_WIDTH, MIN_WIDTH, TerminalOptions, draw
from weighbridge.render.text import plural, printable

# Ends of the bins, as shares of the scale: fine near agreement, coarse far from it.
EDGES = (-0.1, -0.05, -0.02, -0.01, -0.005, -0.001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
SHOWN = 20
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 780, 260, 24, 46


class Bin(msgspec.Struct, frozen=True):
    """How many differences (measured minus claimed) lie in a range."""

    label: str
    count: int
    is_agreement: bool = False


def bins_of(found: Discrepancies) -> list[Bin]:
    """Return the differences counted by size, from far overstated to far understated."""
    edges = [edge * found.scale for edge in EDGES]
    counts = [0] * (len(edges) + 1)
    for pair in found.pairs:
        counts[bisect.bisect_right(edges, pair.difference)] += 1
    labels = [
        f"below {edges[0]:g}",
        *(f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges)),
        f"above {edges[-1]:g}",
    ]
    middle = len(EDGES) // 2
    return [Bin(label, count, n == middle) for n, (label, count) in enumerate(zip(labels, counts, strict=True))]


def summary_lines(found: Discrepancies, sizes: tuple[float, ...]) -> list[str]:
    """Return what there is to say about the whole, a sentence a line."""
    total = len(found.pairs)
    models = f" of {plural(found.models, 'model')}" if found.models else ""
    quantiles = dict(found.quantiles)
    lines = [
        f"{plural(total, 'claim')}{models} held against the column `{found.columns.measured}`.",
        f"Median difference {found.median:+.4g}; half of the claims are within {quantiles[0.5]:.4g}, 95 of 100 within {quantiles[0.95]:.4g}.",
        f"{found.overstated:,} overstated, {found.understated:,} understated, {total - found.overstated - found.understated:,} equal; "
        f"{plural(found.outliers, 'outlier')}.",
    ]
    lines += [
        f"{found.beyond(size):,} ({100 * found.beyond(size) / total:.0f} %) differ by more than {size:g}."
        for size in sizes
    ]
    if found.rejected_count:
        lines.append(f"{plural(found.rejected_count, 'row')} could not be read.")
    return [*lines, *found.notes]


def default_sizes(found: Discrepancies) -> tuple[float, ...]:
    """Return the differences that are counted where nobody asks for others."""
    return tuple(size * found.scale for size in (0.001, 0.01, 0.05))


def render_discrepancies(found: Discrepancies, sizes: tuple[float, ...], options: TerminalOptions) -> str:
    """Return the report for people at a terminal."""
    width = max(MIN_WIDTH, min(options.width, MAX_WIDTH))
    parts: list[RenderableType] = [Text("\n".join(summary_lines(found, sizes)))]
    parts.append(_histogram(bins_of(found), width, options.signs))
    parts.append(_pairs(found.pairs[:SHOWN]))
    rejected = [f"line {row.line}: {printable(row.reason, 200)}" for row in found.rejected[:SHOWN]]
    if rejected:
        more = found.rejected_count - len(rejected)
        parts.append(
            Text("\n".join(["Rows left out:", *rejected, *([f"and {more:,} more"] if more else [])]), style="dim")
        )
    return draw(parts, options)


def _histogram(bins: list[Bin], width: int, signs: Signs) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    most = max(one.count for one in bins) or 1
    room = max(10, width - 32)
    for one in bins:
        length = max(1, round(room * one.count / most)) if one.count else 0
        table.add_row(
            one.label, f"{one.count:,}", Text(signs.full * length, style="green" if one.is_agreement else "yellow")
        )
    return table


def _pairs(pairs: tuple[Pair, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, title="Furthest apart", title_justify="left")
    for name in ("model", "of what", "claimed", "measured", "difference"):
        table.add_column(name, justify="left" if name in {"model", "of what"} else "right", overflow="fold")
    for pair in pairs:
        what = " ".join(part for part in (pair.metric, pair.task) if part)
        cells = (f"{pair.claimed:.6g}", f"{pair.measured:.6g}", f"{pair.difference:+.4g}")
        table.add_row(printable(pair.model, 60), printable(what, 60), *cells)
    return table


def render_discrepancies_json(found: Discrepancies, sizes: tuple[float, ...]) -> str:
    """Return everything as one JSON object."""
    document: dict[str, Any] = msgspec.to_builtins(found)
    document["quantiles"] = [{"share": share, "difference": value} for share, value in found.quantiles]
    document["beyond"] = [{"more_than": size, "count": found.beyond(size)} for size in sizes]
    document["histogram"] = [msgspec.to_builtins(one) for one in bins_of(found)]
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def render_discrepancies_html(found: Discrepancies, sizes: tuple[float, ...]) -> str:
    """Return the report as one HTML file with the picture in it, without scripts."""
    return environment().get_template("discrepancies.html.j2").render(
        lines=summary_lines(found, sizes),
        picture=Markup(histogram_svg(found)),  # noqa: S704 - made of numbers and escaped labels
        bins=bins_of(found),
        pairs=found.pairs[:SHOWN],
        rejected=found.rejected[:SHOWN],
        tool=__version__,
    )  # fmt: skip


def histogram_svg(found: Discrepancies) -> str:
    """Return the distribution of differences as an SVG picture."""
    bins = bins_of(found)
    most = max(one.count for one in bins) or 1
    step = (_WIDTH - 2 * _LEFT) / len(bins)
    bars = []
    for number, one in enumerate(bins):
        height = (_HEIGHT - _BOTTOM - 20) * one.count / most
        x, y = _LEFT + number * step, _HEIGHT - _BOTTOM - height
        label = escape(one.label)
        bars.append(
            f'<g><title>{label}: {one.count:,}</title><rect class="t{0 if one.is_agreement else 3}" x="{x + 2:.1f}" y="{y:.1f}" '
            f'width="{step - 4:.1f}" height="{height:.1f}"/><text x="{x + step / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle" '
            f'font-size="11">{one.count:,}</text><text x="{x + step / 2:.1f}" y="{_HEIGHT - _BOTTOM + 14 + 14 * (number % 2)}" '
            f'text-anchor="middle" font-size="10">{label}</text></g>'
        )
    return (
        f'<svg class="treemap" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Measured minus claimed: how many pairs '
        f'lie in each range">\n' + "\n".join(bars) + "\n</svg>"
    )
