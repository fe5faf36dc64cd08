"""Small charts as inline SVG, without script: bars, ranks on logarithmic axes, lines over years, spreads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from weighbridge.render.text import printable

_WIDTH, _ROW, _LABEL, _VALUE = 760, 22, 250, 90
_HEIGHT, _LEFT, _BELOW, _ABOVE, _RIGHT = 320, 70, 34, 12, 190
_KINDS = 6
_NAME = 36
_THOUSANDS = ("", "k", "M", "G", "T")

# What a chart needs of a page's style when it stands alone in a file.
STYLE = (
    "svg{color-scheme:light dark;background:#fff;color:#1b1f24;font:12px system-ui,sans-serif}text{fill:currentColor}"
    ".t0{fill:#8fbce6}.l0{stroke:#2f74b5}.l1{stroke:#3c8a2e}.l2{stroke:#b07514}.l3{stroke:#7a4fb0}.l4{stroke:#b23a3a}.l5{stroke:#1f8a84}"
    ".axis{stroke:#8a929b}.line{fill:none;stroke-width:2}.spread{stroke:#2f74b5;stroke-width:2}"
    "@media (prefers-color-scheme:dark){svg{background:#0f1419;color:#e6e9ec}.t0{fill:#2f5f8a}}"
)


class Series(NamedTuple):
    """A line: its name, and its points from left to right."""

    name: str
    points: Sequence[tuple[float, float]]


class Spread(NamedTuple):
    """How values of something are spread: outer quantiles, inner quantiles, median."""

    name: str
    low: float
    lower: float
    median: float
    upper: float
    high: float


def bars(title: str, values: Sequence[tuple[str, float, str]]) -> str:
    """Draw a bar a name, its length the value's share of the largest, with the value as it is to be written."""
    most = max((value for _, value, _ in values), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    rows = []
    for number, (name, value, written) in enumerate(values):
        y, length = number * _ROW, max(0.0, room * value / most)
        rows.append(
            f"<g><title>{_text(name, 200)}: {_text(written)}</title>"
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{_text(name, _NAME)}</text>'
            f'<rect class="t0" x="{_LABEL}" y="{y + 4}" width="{length:.1f}" height="{_ROW - 7}"/>'
            f'<text x="{_LABEL + length + 6:.1f}" y="{y + 15}">{_text(written)}</text></g>'
        )
    return _svg(title, max(1, len(values)) * _ROW, rows)


def ranks(title: str, series: Sequence[Series]) -> str:
    """Draw lines over positive places and values on logarithmic axes."""
    logs = [Series(one.name, [(math.log10(x), math.log10(y)) for x, y in one.points]) for one in series]
    return _lines(title, logs, _powers)


def years(title: str, series: Sequence[Series]) -> str:
    """Draw lines of shares (0 to 1) over years."""
    return _lines(title, series, _shares)


def spreads(title: str, values: Sequence[Spread], highest: float = 100.0) -> str:
    """Draw for each name a thin line between the outer quantiles, a thick one between the inner, and the median."""
    room = _WIDTH - _LABEL - _VALUE

    def at(value: float) -> str:
        return f"{_LABEL + room * min(value, highest) / highest:.1f}"

    rows = []
    for number, one in enumerate(values):
        y = number * _ROW + 11
        told = (
            f"{one.low:.0f} to {one.high:.0f}, half of them {one.lower:.0f} to {one.upper:.0f}, median {one.median:.0f}"
        )
        rows.append(
            f'<g><title>{_text(one.name)}: {told}</title><text x="{_LABEL - 8}" y="{y + 4}" text-anchor="end">{_text(one.name)}</text>'
            f'<line class="spread" x1="{at(one.low)}" y1="{y}" x2="{at(one.high)}" y2="{y}"/>'
            f'<rect class="t0" x="{at(one.lower)}" y="{y - 6}" width="{max(1.0, float(at(one.upper)) - float(at(one.lower))):.1f}" height="12"/>'
            f'<line class="spread" x1="{at(one.median)}" y1="{y - 8}" x2="{at(one.median)}" y2="{y + 8}"/>'
            f'<text x="{_LABEL + room + 8}" y="{y + 4}">{one.median:.0f}</text></g>'
        )
    return _svg(title, max(1, len(values)) * _ROW, rows)


def standalone(svg: str) -> str:
    """Return a chart as a file of its own."""
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
        "\n", f"\n<style>{STYLE}</style>\n", 1
    )


class _Frame(NamedTuple):
    """The values at the edges of a chart with two axes, and the marks on them."""

    left: float
    right: float
    bottom: float
    top: float
    across: Mapping[float, str]
    up: Mapping[float, str]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the picture."""
        width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _ABOVE - _BELOW
        return (
            _LEFT + width * (x - self.left) / ((self.right - self.left) or 1),
            _ABOVE + height * (1 - (y - self.bottom) / ((self.top - self.bottom) or 1)),
        )


def _powers(points: Sequence[tuple[float, float]]) -> _Frame:
    right = math.ceil(max((x for x, _ in points), default=1))
    bottom, top = (
        math.floor(min((y for _, y in points), default=0)),
        math.ceil(max((y for _, y in points), default=1)),
    )
    across = {float(power): _power(power) for power in range(right + 1)}
    return _Frame(0, right, bottom, top, across, {float(power): _power(power) for power in range(bottom, top + 1)})


def _power(power: int) -> str:
    """Return a power of ten in few signs: `100k`, `10M`."""
    return f"{10 ** (power % 3)}{_THOUSANDS[power // 3]}" if 0 <= power < 3 * len(_THOUSANDS) else f"1e{power}"


def _shares(points: Sequence[tuple[float, float]]) -> _Frame:
    found = sorted({x for x, _ in points}) or [0.0]
    step = max(1, len(found) // 12)
    across = {x: f"{x:.0f}" for x in found[::step]}
    return _Frame(found[0], found[-1], 0, 1, across, {part / 4: f"{25 * part} %" for part in range(5)})


def _lines(title: str, series: Sequence[Series], framed: Callable[[Sequence[tuple[float, float]]], _Frame]) -> str:
    frame = framed([point for one in series for point in one.points])
    parts = _axes(frame)
    ends = sorted((frame.place(*one.points[-1])[1], number) for number, one in enumerate(series) if one.points)
    heights, last = {}, -20.0
    for y, number in ends:
        last = heights[number] = max(y, last + 15)
    for number, one in enumerate(series):
        if one.points:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (frame.place(*point) for point in one.points))
            kind = number % _KINDS
            x = frame.place(*one.points[-1])[0]
            parts.append(
                f'<g><title>{_text(one.name, 200)}</title><polyline class="line l{kind}" points="{path}"/>'
                f'<text x="{x + 6:.1f}" y="{heights[number] + 4:.1f}">{_text(one.name, 28)}</text></g>'
            )
    return _svg(title, _HEIGHT, parts)


def _axes(frame: _Frame) -> list[str]:
    left, bottom = frame.place(frame.left, frame.bottom)
    right, top = frame.place(frame.right, frame.top)
    parts = [
        f'<line class="axis" x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}"/>',
        f'<line class="axis" x1="{left}" y1="{top}" x2="{left}" y2="{bottom}"/>',
    ]
    for value, name in frame.across.items():
        x = frame.place(value, frame.bottom)[0]
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{name}</text>')
    for value, name in frame.up.items():
        y = frame.place(frame.left, value)[1]
        parts.append(f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{name}</text>')
    return parts


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label={quoteattr(printable(title))}>\n'
        + "\n".join(parts)
        + "\n</svg>"
    )


def _text(value: str, limit: int = 60) -> str:
    return escape(printable(value, limit))
