"""Asking a dataset the study's questions."""

from __future__ import annotations

import datetime
import importlib.resources
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from weighbridge.registry.query import Dataset
from weighbridge.registry.study.figure import Figure, Question
from weighbridge.registry.study.questions import QUESTIONS, TURNOVER

# Called with the questions answered, their number, and the title of the next.
Progress = Callable[[int, int, str], None]


class Study(msgspec.Struct, frozen=True):
    """The figures about a snapshot; `earlier` is the one it is compared with, `is_sample` that it stands for a larger whole."""

    snapshot: datetime.date
    models: int
    described: int
    figures: tuple[Figure, ...]
    earlier: datetime.date | None = None
    is_sample: bool = False


def study(
    dataset: Dataset, *, earlier: datetime.date | None = None, is_sample: bool = False, progress: Progress | None = None
) -> Study:
    """Answer every question that the dataset can answer. Raises `UsageError` where it cannot be read."""
    asked = [*QUESTIONS, *([TURNOVER] if earlier else [])]
    figures = []
    for number, question in enumerate(asked):
        if progress:
            progress(number, len(asked), question.title)
        days = {"earlier": earlier, "later": dataset.snapshot} if question is TURNOVER else None
        figures.append(_answered(dataset, question, is_sample, days))
    counted = dataset.query("SELECT count(*) AS models, count(tags) AS described FROM models").rows()[0]
    return Study(dataset.snapshot, counted["models"], counted["described"], tuple(figures), earlier, is_sample)


def _answered(dataset: Dataset, question: Question, is_sample: bool, days: Mapping[str, Any] | None) -> Figure:
    empty = [table for table in question.needs if not dataset.store.parts(table, dataset.snapshot)]
    if empty:
        return Figure(question, absent=f"the dataset has no {' and no '.join(empty)} for {dataset.snapshot}")
    rows = dataset.query(_sql(question.name), dict(days) if days else None).rows()
    rows = question.made(rows) if question.made else rows
    rows = [_with_share(row, question.counted, is_sample) for row in rows]
    if question.published:
        first = next(iter(rows[0]), "") if rows else ""
        rows = [{**row, "published": question.published.get(str(row[first]), "")} for row in rows]
    if not rows:
        return Figure(question, absent="nothing in the dataset answers it")
    columns = tuple(rows[0])
    return Figure(question, columns, tuple(tuple(row[name] for name in columns) for row in rows))


def _with_share(row: Mapping[str, Any], counted: str, is_sample: bool) -> dict[str, Any]:
    """Add the share that a part is of its whole, and Wilson's interval for it where the dataset is a sample."""
    found = dict(row)
    if "part" not in found:
        return found
    part, whole = int(found.pop("part") or 0), int(found.pop("whole") or 0)
    found |= {counted: part, "of": whole, "share": part / whole if whole else None}
    if is_sample:
        from statsmodels.stats.proportion import proportion_confint

        low, high = proportion_confint(part, whole, method="wilson") if whole else (None, None)
        found |= {"low": low, "high": high}
    return found


def _sql(name: str) -> str:
    return (importlib.resources.files("weighbridge.registry.study") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
