"""Notebooks: the code of their cells, and the shell commands between it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from weighbridge.errors import FormatError
from weighbridge.facts.jsontext import parse_json

_CELLS = 2000
_SHELL_MAGICS = ("%%bash", "%%sh", "%%script", "%%shell", "%%system")


class Cell(NamedTuple):
    """A code cell: its number among all cells, its Python, and its shell commands."""

    number: int
    python: str
    shell: str


def cells_of(data: bytes) -> Iterator[Cell]:
    """Yield the code cells of a notebook. Raises `FormatError` where it is no notebook."""
    notebook = parse_json(data).value
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise FormatError("not a notebook: it has no cells")
    for index, cell in enumerate(cells[:_CELLS]):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield _cell(index, _text(cell.get("source")))


def _text(source: object) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def _cell(index: int, source: str) -> Cell:
    """Tell Python from shell; both keep their line numbers."""
    if source.lstrip().startswith(_SHELL_MAGICS):
        return Cell(index, "", source.replace("%%", "# ", 1))
    if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture")):
        return Cell(index, "", "")
    python, shell = [], []
    for line in source.split("\n"):
        stripped = line.lstrip()
        is_shell = stripped.startswith(("!", "%sx ", "%system ", "%sc "))
        shell.append(stripped.lstrip("!") if is_shell else "")
        # A line of shell may be all that a block has.
        indent = line[: len(line) - len(stripped)]
        python.append(f"{indent}pass" if is_shell or stripped.startswith(("%", "?")) or line.endswith("?") else line)
    return Cell(index, "\n".join(python), "\n".join(shell))
