"""Rows of a query as text: a table for a terminal, CSV, JSON."""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
from collections.abc import Sequence
from typing import Any

from weighbridge.render.text import printable

_CELL = 60


def render_rows(names: Sequence[str], rows: Sequence[Sequence[Any]], *, width: int, total: int) -> str:
    """Return rows as a table; numbers stand to the right, long cells are cut, and what is left out is told."""
    cells = [[_cell(value) for value in row] for row in rows]
    heads = [printable(name, _CELL) for name in names]
    widths = _fitted([max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(heads)], width)
    numeric = [
        all(isinstance(row[i], int | float) or row[i] is None for row in rows) and bool(rows) for i in range(len(heads))
    ]
    lines = [_line(heads, widths, [False] * len(heads)), "  ".join("─" * size for size in widths)]
    lines += [_line(row, widths, numeric) for row in cells]
    left = total - len(rows)
    lines.append(
        f"({total:,} {'row' if total == 1 else 'rows'}{f'; {left:,} not shown, --rows 0 shows all' if left else ''})"
    )
    return "\n".join(lines) + "\n"


def render_rows_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV with a header; lists and mappings as JSON, nothing for NULL."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_field(value) for value in row] for row in rows)
    return text.getvalue()


def render_rows_json(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as a JSON array of objects."""
    objects = [{name: _plain(value) for name, value in zip(names, row, strict=True)} for row in rows]
    return json.dumps(objects, ensure_ascii=True, indent=2) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    shown = [cell if len(cell) <= size else cell[: size - 1] + "…" for cell, size in zip(cells, widths, strict=True)]
    placed = [c.rjust(w) if right else c.ljust(w) for c, w, right in zip(shown, widths, numeric, strict=True)]
    return "  ".join(placed).rstrip()


def _fitted(widths: list[int], width: int) -> list[int]:
    """Return the columns' widths, the widest made narrower until they fit."""
    widths = [max(1, min(size, _CELL)) for size in widths]
    while sum(widths) + 2 * (len(widths) - 1) > max(width, 20) and max(widths) > 6:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value}"
    return printable(str(_field(value)), 4 * _CELL)


def _field(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(_plain(value), ensure_ascii=False)
    return "" if value is None else value.isoformat() if isinstance(value, datetime.date) else value


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
