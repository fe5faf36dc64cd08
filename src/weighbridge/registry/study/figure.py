"""A question of the study, and the figure that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

Row = tuple[Any, ...]
Rows = Sequence[Mapping[str, Any]]


class Chart(StrEnum):
    """How a figure is drawn; its table always stands beside it."""

    BARS = "bars"
    RANKS = "ranks"
    YEARS = "years"
    SPREAD = "spread"
    NONE = "none"


class Question(msgspec.Struct, frozen=True):
    """What is asked of a dataset: a SQL file, the tables without which there is no answer, and what published studies say of it.

    Where the answer has `part` and `whole`, their share is added, and `part` is called what is `counted`. `drawn` is the column that bars show. `published` maps a
    row's first cell to the figure that a study published, `corrected` says what was wrong with it. `made` turns the rows of
    the SQL file into those of the figure.
    """

    name: str
    title: str
    asks: str
    needs: tuple[str, ...] = ("models",)
    chart: Chart = Chart.BARS
    drawn: str = "share"
    counted: str = "models"
    published: dict[str, str] = {}
    corrected: str = ""
    made: Callable[[Rows], list[dict[str, Any]]] | None = None


class Figure(msgspec.Struct, frozen=True):
    """An answer: columns and rows; without rows, `absent` says what is missing in the dataset."""

    question: Question
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    absent: str = ""

    def column(self, name: str) -> tuple[Any, ...]:
        """Return a column's cells. Raises `ValueError` for one that is not there."""
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)
