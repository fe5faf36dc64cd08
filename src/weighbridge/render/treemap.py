"""The picture of where a model's bytes are: a squarified treemap (Bruls, Huizing, van Wijk, 2000) as inline SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from weighbridge.render.text import cut, printable, size_text

_WIDTH, _HEIGHT = 960.0, 320.0
_SHOWN = 40
_LETTER = 7.2

# x, y, width, height
Box = tuple[float, float, float, float]


def treemap(sizes: Iterable[tuple[str, int]]) -> str:
    """Return an SVG picture of named sizes in bytes; empty where there is nothing to show."""
    held = sorted(((name, size) for name, size in sizes if size > 0), key=lambda item: (-item[1], item[0]))
    if not held:
        return ""
    shown, rest = held[:_SHOWN], sum(size for _, size in held[_SHOWN:])
    if rest:
        shown.append(("all others", rest))
    total = sum(size for _, size in shown)
    boxes = squarify([size / total for _, size in shown], (0.0, 0.0, _WIDTH, _HEIGHT))
    cells = [_cell(name, size, total, box, i) for i, ((name, size), box) in enumerate(zip(shown, boxes, strict=True))]
    return (
        f'<svg class="treemap" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="Tensor sizes by module, the largest first">\n' + "\n".join(cells) + "\n</svg>"
    )


def squarify(shares: Sequence[float], box: Box) -> list[Box]:
    """Cut a box into areas proportional to the shares (sorted downwards, summing to 1), as near to squares as can be."""
    scale = box[2] * box[3]
    areas = [share * scale for share in shares]
    boxes: list[Box] = []
    while areas:
        count = _row_length(areas, min(box[2], box[3]))
        placed, box = _lay(areas[:count], box)
        boxes += placed
        areas = areas[count:]
    return boxes


def _row_length(areas: Sequence[float], side: float) -> int:
    """Return how many areas share a row along `side` before their shapes get worse."""
    best = _worst(areas[:1], side)
    for count in range(2, len(areas) + 1):
        worst = _worst(areas[:count], side)
        if worst > best:
            return count - 1
        best = worst
    return len(areas)


def _worst(areas: Sequence[float], side: float) -> float:
    total = sum(areas)
    if total <= 0 or side <= 0:
        return float("inf")
    squared = (total / side) ** 2
    return max(max(squared / area, area / squared) if area > 0 else float("inf") for area in areas)


def _lay(areas: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Place a row along the shorter side; return it and what is left of the box."""
    x, y, width, height = box
    total = sum(areas)
    placed: list[Box] = []
    if width >= height:
        thickness = min(width, total / height if height else 0.0)
        for area in areas:
            length = _within(area, thickness, box[1] + height - y)
            placed.append((x, y, thickness, length))
            y += length
        return placed, (x + thickness, box[1], max(0.0, width - thickness), height)
    thickness = min(height, total / width if width else 0.0)
    for area in areas:
        length = _within(area, thickness, box[0] + width - x)
        placed.append((x, y, length, thickness))
        x += length
    return placed, (box[0], y + thickness, width, max(0.0, height - thickness))


def _within(area: float, thickness: float, room: float) -> float:
    """Return the length that gives the area, never beyond the room that rounding has left."""
    return max(0.0, min(room, area / thickness if thickness else 0.0))


def _cell(name: str, size: int, total: int, box: Box, index: int) -> str:
    x, y, width, height = box
    shown = printable(name, 120)
    title = escape(f"{shown}: {size_text(size)} ({size / total:.1%})")
    rect = f'<rect class="t{index % 6}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    return f"<g><title>{title}</title>{rect}{_label(shown, size, box)}</g>"


def _label(name: str, size: int, box: Box) -> str:
    """Write a name where it fits; its end tells more than its beginning."""
    x, y, width, height = box
    letters = int((width - 8) / _LETTER)
    if letters < 5 or height < 20:
        return ""
    text = name if len(name) <= letters else "…" + name[-(letters - 1) :]
    label = f'<text x="{x + 5:.1f}" y="{y + 15:.1f}">{escape(text)}</text>'
    if height >= 36:
        label += f'<text class="size" x="{x + 5:.1f}" y="{y + 30:.1f}">{escape(cut(size_text(size), letters))}</text>'
    return label
