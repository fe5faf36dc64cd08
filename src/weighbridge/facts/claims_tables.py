"""Performance claims in a card's tables. A figure of another model than the published one carries that model's name."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from weighbridge.facts.card import Card
from weighbridge.facts.claims_columns import (
    DATA_WORDS,
    SETTING_WORDS,
    SPLITS,
    VALUE_WORDS,
    Column,
    cell_figures,
    is_benchmark_heading,
    is_count_heading,
    is_data_heading,
    is_machine_bound,
    is_model_heading,
    is_weak_heading,
    metric_column,
    pair_columns,
    plain_heading,
)
from weighbridge.facts.compute import device_in
from weighbridge.facts.figures import Figure, PerformanceClaim, is_metric
from weighbridge.facts.tables import Table
from weighbridge.model import Location

CLAIM_LIMIT = 5000
NAME_LENGTH = 100
TEXT_LENGTH = 2000

# Columns that only logs have, and rows that sum up a report by classes.
_LOG_COLUMNS = frozenset({"training loss", "train loss", "step", "steps", "epoch", "epochs", "iteration", "train_loss"})
_CLASS_COLUMNS = frozenset({"support", "examples", "n", "count"})
_SUMMARIES = ("accuracy", "macro", "weighted", "micro", "overall", "all", "average", "avg", "total", "mean")
_OURS = ("ours", "this model", "this work", "our model", "(our)")
_NAME = re.compile(r"[^a-z0-9]+")
# A table below one of these holds settings, not results.
_SETTINGS = re.compile(
    r"hyper-?param|batch[ _-]size|learning rate|--\w|\bargument|\bsettings?\b|\btemperatures?\b", re.IGNORECASE
)
_RESULTS = re.compile(r"result|evaluat|perform|accura|benchmark|\bscores?\b|metric", re.IGNORECASE)
_SAID_METRIC = re.compile(
    r"\b(?:(?:macro|micro|weighted)[ -])?(?:accuracy|f1|bleu|rouge-?[12l]|wer|cer|miou|map|auc|ndcg@\d+|mrr|spearman|pearson|perplexity|exact match)\b",
    re.IGNORECASE,
)
_OPTION = re.compile(r"^`?--?\w|^`?\w+_\w+`?$")
_LINES_BEFORE = 4


class _Reading(NamedTuple):
    """A table about to be read: its place, its headings, the model's own name reduced to letters and digits, and what leads to it."""

    card: Card
    table: Table
    header: tuple[str, ...]
    own: str
    before: str
    variants: list[bool]

    def claims(
        self, row: int, columns: Sequence[Column], cell: str, dataset: str, config: str, model: str
    ) -> Iterator[PerformanceClaim]:
        """Yield what a cell claims: nothing where it holds no figures, one figure for each of the columns that share it."""
        for column, found in zip(columns, cell_figures(cell, columns[0].unit, len(columns)), strict=False):
            yield self._claim(row, column, found, dataset, config, model)

    def _claim(
        self, row: int, column: Column, found: Figure, dataset: str, config: str, model: str
    ) -> PerformanceClaim:
        unit = found.unit or column.unit
        split = self._split(row) or column.split or SPLITS.get(dataset.lower().rpartition(" ")[2], "")
        where = Location(self.card.path, line=self.table.line + 2 + row)
        return PerformanceClaim(
            column.metric, found.text, found.value, "table", unit, found.decimals, "", column.dataset or dataset, config,
            split, where=where, model=model[:NAME_LENGTH], hardware=self._machine(column),
        )  # fmt: skip

    def _machine(self, column: Column) -> str:
        """Return the machine that the heading or the text before the table names; of times, rates and sizes only."""
        if not is_machine_bound(column):
            return ""
        return device_in(column.metric) or device_in(self.before)

    def _split(self, row: int) -> str:
        """Return what a column called `split` says of a row."""
        if "split" not in self.header:
            return ""
        return SPLITS.get(self.table.rows[row][self.header.index("split")].strip().lower(), "")

    def figures(self, place: int) -> int:
        """How many cells of a column are figures."""
        return sum(1 for row in self.table.rows if cell_figures(row[place]))

    def is_filled(self, place: int) -> bool:
        """Whether most cells of a column that say something are figures."""
        said = sum(1 for row in self.table.rows if row[place].strip("-\u2013 "))
        return said > 0 and self.figures(place) * 2 > said

    def model_of(self, name: str) -> str:
        """Return the model that a cell names: empty for the published one; of several variants each keeps its name."""
        if not _is_own(self.own, name):
            return name.strip()
        if not self.variants:  # asked once a table, and of few tables at all
            self.variants.append(_has_variants(self.table, self.own))
        return name.strip() if self.variants[0] and _reduced(name) != self.own else ""


def claims_in_tables(card: Card, own_name: str) -> list[PerformanceClaim]:
    """Return the claims in the card's tables, table by table."""
    found: list[PerformanceClaim] = []
    own = _reduced(own_name)
    for table in card.tables:
        header = tuple([plain_heading(cell) for cell in table.header])
        if len(header) < 2 or not table.rows or not _LOG_COLUMNS.isdisjoint(header):
            continue
        reading = _Reading(card, table, header, own, _before(card, table), [])
        found += itertools.islice(_claims(reading), CLAIM_LIMIT - len(found))
        if len(found) >= CLAIM_LIMIT:
            break
    return found


def _before(card: Card, table: Table) -> str:
    """Return the heading and the lines that lead to a table."""
    starts, line = card.line_starts, table.line - card.first_line
    begin = starts[max(0, line - _LINES_BEFORE)] if line < len(starts) else 0
    lines = card.text[begin : starts[line]] if line < len(starts) else ""
    return f"{table.section[:TEXT_LENGTH]}\n{lines[-TEXT_LENGTH:]}"


def _has_variants(table: Table, own: str) -> bool:
    """Whether several cells of the header, or of the first columns, could each be the published model."""
    named = {_reduced(cell) for row in table.rows for cell in row[:3] if _is_own(own, cell)}
    return len(named) > 1 or len({_reduced(cell) for cell in table.header if _is_own(own, cell)}) > 1


def _claims(reading: _Reading) -> Iterator[PerformanceClaim]:
    """Choose how the table is to be read by its header."""
    header = reading.header
    if "metric" in header and (
        values := [n for n, cell in enumerate(header) if cell in VALUE_WORDS and cell not in SPLITS]
    ):
        return _by_item(reading, header.index("metric"), values[-1])
    columns = [held for place in range(len(header)) if (held := _metric_columns(reading, place))]
    if any(held[0].place for held in columns):
        scores = [held for held in columns if not is_machine_bound(held[0])]
        if len(scores) * 2 < len(_scored(reading)) and _SAID_METRIC.search(reading.before):
            rest = [held for held in columns if is_machine_bound(held[0])]
            return (claim for part in (_by_benchmark(reading), _by_column(reading, rest)) for claim in part)
        return _by_column(reading, columns)
    names = [row[0] for row in reading.table.rows if any(cell_figures(cell) for cell in row[1:])]
    if header[0] in {"metric", "metrics"} or (names and sum(is_metric(name) for name in names) * 2 > len(names)):
        return _by_row(reading)
    if _SETTINGS.search(reading.before) or any(
        _OPTION.match(row[0]) and row[0].startswith(("-", "`-")) for row in reading.table.rows
    ):
        return iter(())
    return _by_benchmark(reading)


def _scored(reading: _Reading) -> list[int]:
    """The columns of figures that can be shares or scores, whatever their headings."""
    return [
        n
        for n in range(1, len(reading.header))
        if reading.is_filled(n) and not is_count_heading(reading.header[n]) and _look_like_results(reading, [n])
    ]


def _metric_columns(reading: _Reading, place: int) -> tuple[Column, ...]:
    written = reading.table.header[place]
    pair = pair_columns(place, written)
    if pair:
        return pair
    found = metric_column(place, written)
    if found is not None and reading.header[place] in {"r1", "r2", "rl"} and {"r1", "rl"} <= set(reading.header):
        found = msgspec.structs.replace(found, metric=f"ROUGE-{written.strip()[-1]}")
    return (found,) if found is not None and reading.figures(place) else ()


def _by_item(reading: _Reading, metric: int, value: int) -> Iterator[PerformanceClaim]:
    """One figure a row: `Task | Metric | Value`; a cell left empty repeats the one above."""
    header = reading.header
    data_at = next((n for n, cell in enumerate(header) if is_data_heading(cell)), None)
    model_at = next((n for n, cell in enumerate(header) if is_model_heading(cell) or (cell == "" and n == 0)), None)
    dataset = model = ""
    for number, row in enumerate(reading.table.rows):
        dataset = (row[data_at].strip("- ") or dataset) if data_at is not None else ""
        model = (row[model_at].strip("- ") or model) if model_at is not None and data_at is None else ""
        if row[metric]:
            column = metric_column(value, row[metric]) or Column(value, row[metric])
            yield from reading.claims(number, (column,), row[value], dataset, "", reading.model_of(model))


def _by_column(reading: _Reading, columns: list[tuple[Column, ...]]) -> Iterator[PerformanceClaim]:
    """Metrics in the header, and in the rows models, datasets or classes."""
    header, taken = reading.header, {held[0].place for held in columns}
    data_at = next((n for n, cell in enumerate(header) if is_data_heading(cell) and n not in taken), None)
    model_at = next((n for n, cell in enumerate(header) if is_model_heading(cell) and n not in taken), None)
    if model_at is None and data_at is None and 0 not in taken and header[0] in {"", "size"} and not _are_data(reading):
        model_at = 0
    rows = list(enumerate(reading.table.rows))
    is_report = not _CLASS_COLUMNS.isdisjoint(header)
    if is_report:
        rows = [pair for pair in rows if pair[1][0].lower().startswith(_SUMMARIES)]
    is_alone = len(rows) == 1
    are_models = not (is_report or model_at is not None or data_at is not None or 0 in taken or _is_setting(reading))
    is_data = data_at is not None and reading.figures(data_at) == 0
    for number, row in rows:
        model = row[model_at] if model_at is not None else ""
        dataset = row[data_at] if data_at is not None and is_data else ""
        config = "" if model_at == 0 or data_at == 0 or 0 in taken else row[0]
        if are_models:
            model = row[0] if len(rows) > 1 else ""
        for held in columns:
            subject = "" if is_alone else reading.model_of(model)
            yield from reading.claims(number, held, row[held[0].place], dataset, config, subject)


def _is_setting(reading: _Reading) -> bool:
    """Whether the rows are classes, thresholds or data of one model rather than several models."""
    return not SETTING_WORDS.isdisjoint(reading.header[0].split()) or _are_data(reading)


def _are_data(reading: _Reading) -> bool:
    names = [plain_heading(row[0]) for row in reading.table.rows]
    return sum(is_benchmark_heading(name) for name in names) * 2 > len(names)


def _by_benchmark(reading: _Reading) -> Iterator[PerformanceClaim]:
    """Benchmarks in the header or in the rows; the metric is the one that the text before the table names, if any."""
    header = reading.header
    left_out = {n for n, cell in enumerate(header) if is_count_heading(cell)}
    left_out |= {
        n for n in range(1, len(header)) if (c := metric_column(n, reading.table.header[n])) and is_machine_bound(c)
    }
    filled = [n for n in range(1, len(header)) if (reading.is_filled(n) or _is_pair(reading, n)) and n not in left_out]
    known = [n for n in filled if is_benchmark_heading(header[n])]
    said = _SAID_METRIC.search(reading.before)
    metric = said[0] if said else ""
    model_at = next((n for n, cell in enumerate(header) if is_model_heading(cell) and n not in filled), None)
    own = [n for n in filled if _is_own(reading.own, header[n])]
    if len(known) * 2 > len(filled) or (known and model_at is not None):
        strong = any(not is_weak_heading(header[n]) for n in known)
        columns = known if strong or metric or _RESULTS.search(reading.before) else []
        columns = filled if columns and metric and model_at is not None else columns
    elif header[0] in {"metric", "metrics"} or header[0].split(" ")[0] in DATA_WORDS or _are_data(reading):
        yield from _by_models(reading, own or filled if metric or _are_data(reading) or own else [], metric)
        return
    else:
        columns = filled if (metric or _has_percentages(reading, filled)) and _RESULTS.search(reading.before) else []
    if not _look_like_results(reading, columns):
        return
    shared = [
        (Column(place, metric, reading.table.header[place]),) * (2 if _is_pair(reading, place) else 1)
        for place in columns
    ]
    names_models = model_at is not None or (header[0] in {"", "name"} and len(reading.table.rows) > 1)
    for number, row in enumerate(reading.table.rows):
        model = row[model_at or 0] if names_models and len(reading.table.rows) > 1 else ""
        config = "" if names_models else row[0]
        for held in shared:
            yield from reading.claims(number, held, row[held[0].place], "", config, reading.model_of(model))


def _by_models(reading: _Reading, columns: list[int], metric: str) -> Iterator[PerformanceClaim]:
    """Benchmarks in the rows, and a column for each model."""
    if not _look_like_results(reading, columns):
        return
    at = reading.header.index("metric") if "metric" in reading.header[1:] else None
    for number, row in enumerate(reading.table.rows):
        named = row[at] if at is not None else metric
        for place in columns:
            model = reading.model_of(reading.table.header[place])
            yield from reading.claims(number, (Column(place, named),), row[place], row[0], "", model)


def _by_row(reading: _Reading) -> Iterator[PerformanceClaim]:
    """A metric a row, and in the columns splits, data or models."""
    header = reading.header
    are_metrics = any(is_metric(row[0]) for row in reading.table.rows)
    places = [n for n in range(1, len(header)) if are_metrics or _look_like_results(reading, [n])]
    for number, row in enumerate(reading.table.rows):
        if not row[0] or (are_metrics and not is_metric(row[0])):
            continue
        for place in places:
            name = header[place]
            is_this = name in VALUE_WORDS or name in SPLITS or (len(header) == 2 and name in {"", reading.own})
            is_data = not is_this and is_benchmark_heading(name)
            model = "" if is_this or is_data else reading.model_of(reading.table.header[place])
            dataset = reading.table.header[place] if is_data else "" if are_metrics else row[0]
            column = metric_column(place, row[0]) or Column(place, row[0] if are_metrics else "")
            for claim in reading.claims(number, (column,), row[place], dataset, "", model):
                split = SPLITS.get(name, "")
                yield msgspec.structs.replace(claim, split=split) if split else claim


def _is_pair(reading: _Reading, place: int) -> bool:
    """Whether most cells of a column hold two figures parted by a slash."""
    cells = [row[place] for row in reading.table.rows if row[place].strip("-\u2013 ")]
    return bool(cells) and sum(1 for cell in cells if len(cell_figures(cell, count=2)) == 2) * 2 > len(cells)


def _has_percentages(reading: _Reading, columns: list[int]) -> bool:
    cells = [row[place] for row in reading.table.rows for place in columns if row[place]]
    return bool(cells) and sum("%" in cell for cell in cells) * 2 > len(cells)


def _look_like_results(reading: _Reading, columns: list[int]) -> bool:
    """Whether the figures can be shares or scores: no counts, no learning rates."""
    cells = [row[place] for row in reading.table.rows for place in columns]
    held = [one for cell in cells for one in cell_figures(cell, count=2) or cell_figures(cell)]
    if not held or any(one.unit.lower() not in {"", "%"} for one in held):
        return False
    fit = sum(1 for one in held if (one.value == 0 or 1e-3 <= abs(one.value) <= 200) and "e" not in one.text.lower())
    precise = sum(1 for one in held if one.decimals or one.unit == "%")
    return fit * 10 >= len(held) * 9 and precise * 2 >= len(held)


def _is_own(own: str, cell: str) -> bool:
    """Whether a cell names the published model; a longer one is prose."""
    return len(cell) <= 2 * NAME_LENGTH and _names_own(own, cell)


@functools.lru_cache(maxsize=16384)
def _names_own(own: str, cell: str) -> bool:
    lowered = cell.lower()
    if any(word in lowered for word in _OURS):
        return True
    name = _reduced(lowered.rpartition("/")[2])
    if len(name) < 3 or not own:
        return False
    return name == own or own in name or (name in own and len(name) * 10 >= len(own) * 7)


def _reduced(name: str) -> str:
    return _NAME.sub("", name.lower())
