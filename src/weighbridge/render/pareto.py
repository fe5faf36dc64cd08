"""The picture of the candidates: predicted quality against time an item, as inline SVG without script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import msgspec

from weighbridge.render.text import printable

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE, _RIGHT = 720.0, 320.0, 64.0, 46.0, 16.0, 150.0


class Dot(msgspec.Struct, frozen=True):
    """One candidate: its name, its time an item in milliseconds, its score with the interval, its bytes, and its trust."""

    name: str
    cost: float
    score: float
    low: float
    high: float
    note: str = ""


def front(dots: Sequence[Dot]) -> set[str]:
    """Return the names of those that none other beats in both score and time."""
    return {
        dot.name
        for dot in dots
        if not any(
            o.score >= dot.score and o.cost <= dot.cost and (o.score, o.cost) != (dot.score, dot.cost) for o in dots
        )
    }


def pareto(dots: Sequence[Dot], title: str) -> str:
    """Return the picture; empty where there is nothing to show."""
    if not dots:
        return ""
    lowest, highest = min(d.low for d in dots), max(d.high for d in dots)
    margin = max(0.02, (highest - lowest) * 0.1)
    lowest, highest = lowest - margin, highest + margin
    logs = [math.log10(max(d.cost, 1e-4)) for d in dots]
    first, last = math.floor(min(logs)), math.ceil(max(logs))
    last = max(last, first + 1)

    def place(dot: Dot, score: float) -> tuple[float, float]:
        share = (math.log10(max(dot.cost, 1e-4)) - first) / (last - first)
        x = _LEFT + share * (_WIDTH - _LEFT - _RIGHT)
        return x, _ABOVE + (highest - score) / (highest - lowest) * (_HEIGHT - _ABOVE - _BELOW)

    best = front(dots)
    marks = [
        _mark(dot, place(dot, dot.score), place(dot, dot.low)[1], place(dot, dot.high)[1], dot.name in best)
        for dot in dots
    ]
    axes = _axes(first, last, lowest, highest)
    return (
        f'<svg class="pareto" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label={quoteattr(printable(title))}>\n'
        + "\n".join([*axes, *marks])
        + "\n</svg>"
    )


def _mark(dot: Dot, at: tuple[float, float], low: float, high: float, is_best: bool) -> str:
    x, y = at
    name = escape(printable(dot.name, 40))
    told = escape(
        f"{printable(dot.name, 80)}: {dot.score:.3f} ({dot.low:.3f} to {dot.high:.3f}), {dot.cost:.2g} ms an item{dot.note}"
    )
    kind = "best" if is_best else "beaten"
    return (
        f'<g class="{kind}"><title>{told}</title><line x1="{x:.1f}" y1="{low:.1f}" x2="{x:.1f}" y2="{high:.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6"/><text x="{x + 10:.1f}" y="{y + 4:.1f}">{name}</text></g>'
    )


def _axes(first: int, last: int, lowest: float, highest: float) -> list[str]:
    bottom, right = _HEIGHT - _BELOW, _WIDTH - _RIGHT
    lines = [
        f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}"/>',
        f'<line class="axis" x1="{_LEFT}" y1="{_ABOVE}" x2="{_LEFT}" y2="{bottom}"/>',
        f'<text x="{(_LEFT + right) / 2:.0f}" y="{_HEIGHT - 6:.0f}" text-anchor="middle">milliseconds an item (features)</text>',
    ]
    for power in range(first, last + 1):
        x = _LEFT + (power - first) / (last - first) * (right - _LEFT)
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{10.0**power:g}</text>')
    for part in range(5):
        score = lowest + (highest - lowest) * part / 4
        y = bottom - (bottom - _ABOVE) * part / 4
        lines.append(f'<text x="{_LEFT - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{score:.2f}</text>')
    return lines
