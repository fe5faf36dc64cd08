"""Tables of a model card: pipe tables and simple HTML tables, as header and rows of plain cells."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import msgspec

ROW_LIMIT = 5000
COLUMN_LIMIT = 200
# No table's line is longer; a longer one is an attack or a data set.
LINE_LENGTH = 20_000
HTML_LENGTH = 2_000_000

_ROW = re.compile(r"<tr\b[^<>]{0,500}>", re.IGNORECASE)
_CELL = re.compile(r"<t[hd]\b[^<>]{0,500}>", re.IGNORECASE)
_AROUND = " \t\n*_"
_TAG = re.compile(r"<[^<>]{0,500}>")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,1000}\)")


class Table(msgspec.Struct, frozen=True):
    """A pipe or HTML table; `rows` are cut to the header's width, cells are stripped of emphasis."""

    line: int
    section: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_pipe_table(lines: Sequence[str], delimiter: int, end: int, section: str, first_line: int) -> Table | None:
    """Return the table whose line of dashes is `lines[delimiter]` and whose rows end before `end`."""
    header = _cells(lines[delimiter - 1])
    if not header:
        return None
    width = len(header)
    rows = [_fit(_cells(line), width) for line in lines[delimiter + 1 : min(end, delimiter + 1 + ROW_LIMIT)]]
    return Table(delimiter - 1 + first_line, section, header, tuple(rows))


def read_html_table(lines: Sequence[str], line: int, section: str) -> Table | None:
    """Return the table in these lines; its first row counts as the header."""
    text = "\n".join(lines)[:HTML_LENGTH]
    rows = []
    for row in _ROW.split(text)[1 : ROW_LIMIT + 2]:
        cells = tuple(
            _cell(_TAG.sub(" ", html.unescape(cell[:5000]))) for cell in _CELL.split(row)[1 : COLUMN_LIMIT + 1]
        )
        if cells:
            rows.append(cells)
    if not rows:
        return None
    return Table(line, section, rows[0], tuple(_fit(row, len(rows[0])) for row in rows[1:]))


def _fit(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] if len(cells) >= width else cells + ("",) * (width - len(cells))


def _cells(line: str) -> tuple[str, ...]:
    if len(line) > LINE_LENGTH:
        return ()
    text = line.strip()
    is_escaped = "\\|" in text
    if is_escaped:
        text = text.replace("\\|", "\0")
    pieces = text.removeprefix("|").removesuffix("|").split("|", COLUMN_LIMIT)[:COLUMN_LIMIT]
    if is_escaped:
        pieces = [piece.replace("\0", "|") for piece in pieces]
    elif not ("[" in text or "<" in text or "`" in text or "**" in text):
        return tuple([piece.strip(_AROUND) for piece in pieces])
    return tuple([_cell(piece) for piece in pieces])


def _cell(text: str) -> str:
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text.replace("**", "").replace("`", "").strip(_AROUND)
