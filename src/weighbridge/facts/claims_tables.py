"""Performance claims in a card's tables. Precision before recall: figures that may be another model's are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from weighbridge.facts.card import Card
from weighbridge.facts.figures import PerformanceClaim, figure, is_metric
from weighbridge.facts.tables import Table
from weighbridge.model import Location

CLAIM_LIMIT = 5000

_MODELS = "model models method methods name system approach architecture checkpoint variant network backbone algorithm"
_DATA = (
    "dataset datasets data task tasks benchmark benchmarks split set test testset corpus language languages lang domain "
    "subset evaluation eval test_set suite category testdata"
)
_VALUES = "value values score scores result results performance eval evaluation test figure"
_NAMED_BENCHMARKS = (
    "mmlu mmlu-pro arc arc-c arc-e arc-challenge arc_challenge arc-easy arc_easy hellaswag winogrande truthfulqa gsm8k gsm-8k humaneval "
    "mbpp boolq piqa siqa squad squad2.0 sst-2 sst2 mnli qnli qqp mrpc cola sts-b stsb rte wnli glue superglue conll2003 conll03 imdb "
    "imagenet imagenet-1k coco mteb c-eval ceval cmmlu bbh math math-500 agieval drop race triviaqa nq naturalquestions openbookqa "
    "obqa gpqa ifeval lambada wikitext wikitext2 ptb xnli mt-bench alpacaeval commonsenseqa csqa musr aime swag anli sciq logiqa"
)
_BENCHMARKS = frozenset(_NAMED_BENCHMARKS.split())
_MODEL_WORDS = frozenset(_MODELS.split())
_DATA_WORDS = frozenset(_DATA.split())
_VALUE_WORDS = frozenset(_VALUES.split())
_SPLITS = {
    "test": "test",
    "dev": "dev",
    "validation": "validation",
    "val": "validation",
    "eval": "evaluation",
    "train": "train",
}
# Columns that only logs have, and rows that sum up a report by classes.
_LOG_COLUMNS = frozenset(
    {"training loss", "train loss", "step", "steps", "epoch", "epochs", "iteration", "it", "train_loss"}
)
_CLASS_COLUMNS = frozenset({"support", "examples", "n", "count"})
_SUMMARIES = ("accuracy", "macro", "weighted", "micro", "overall", "all", "average", "avg", "total", "mean")
_OURS = ("ours", "this model", "this work", "our model", "(our)")
_NAME = re.compile(r"[^a-z0-9]+")
_ARROWS = str.maketrans("", "", "↑↓⬆⬇▲▼*")


class _Reading(NamedTuple):
    """A table about to be read: its place, and the model's own name reduced to letters and digits."""

    card: Card
    table: Table
    header: tuple[str, ...]
    own: str

    def claim(self, row: int, metric: str, cell: str, dataset: str = "", config: str = "") -> PerformanceClaim | None:
        """Return what a cell claims, None where it holds no single number."""
        found = figure(cell)
        if found is None:
            return None
        unit = found.unit or ("%" if "%" in metric else "")
        named = metric.translate(_ARROWS).replace("(%)", "").replace("%", "").strip()
        where = Location(self.card.path, line=self.table.line + 2 + row)
        split = self._split(row) or _SPLITS.get(named.lower().partition(" ")[0], "")
        split = split or _SPLITS.get(dataset.lower().rpartition(" ")[2], "")
        return PerformanceClaim(
            named, found.text, found.value, "table", unit, found.decimals, "", dataset, config, split, where=where
        )

    def _split(self, row: int) -> str:
        """Return what a column called `split` says of a row."""
        if "split" not in self.header:
            return ""
        return _SPLITS.get(self.table.rows[row][self.header.index("split")].strip().lower(), "")


def claims_in_tables(card: Card, own_name: str) -> list[PerformanceClaim]:
    """Return the claims in the card's tables, table by table."""
    found: list[PerformanceClaim] = []
    own = _reduced(own_name)
    for table in card.tables:
        header = tuple([cell.strip().lower() for cell in table.header])
        if len(header) < 2 or not table.rows or not _LOG_COLUMNS.isdisjoint(header):
            continue
        reading = _Reading(card, table, header, own)
        found += [claim for claim in _claims(reading) if claim is not None]
        if len(found) >= CLAIM_LIMIT:
            break
    return found[:CLAIM_LIMIT]


def _claims(reading: _Reading) -> Iterator[PerformanceClaim | None]:
    """Choose how the table is to be read by its header."""
    header = reading.header
    metrics = [place for place in range(1, len(header)) if is_metric(header[place].translate(_ARROWS))]
    if "metric" in header and (
        values := [n for n, cell in enumerate(header) if cell in _VALUE_WORDS and cell not in _SPLITS]
    ):
        return _by_item(reading, header.index("metric"), values[-1])
    if metrics:
        return _by_column(reading, metrics)
    benchmarks = [place for place in range(1, len(header)) if header[place].partition(" (")[0] in _BENCHMARKS]
    if benchmarks and _first_word(header[0]) in {*_MODEL_WORDS, ""}:
        return _by_benchmark(reading, benchmarks)
    own = [place for place in range(1, len(header)) if _is_own(reading.own, header[place])]
    if _first_word(header[0]) in _DATA_WORDS and len(own) == 1:
        return _by_own_column(reading, own[0])
    names = [row[0] for row in reading.table.rows]
    if header[0] in {"metric", "metrics"} or sum(map(is_metric, names)) * 2 > len(names):
        return _by_row(reading)
    return iter(())


def _by_item(reading: _Reading, metric: int, value: int) -> Iterator[PerformanceClaim | None]:
    """One figure a row: `Task | Metric | Value`; a cell left empty repeats the one above."""
    place = next((n for n, cell in enumerate(reading.header) if _first_word(cell) in _DATA_WORDS), None)
    dataset = ""
    for number, row in enumerate(reading.table.rows):
        if place is not None:
            dataset = row[place].strip("- ") or dataset
        if row[metric]:
            yield reading.claim(number, row[metric], row[value], dataset)


def _by_column(reading: _Reading, metrics: list[int]) -> Iterator[PerformanceClaim | None]:
    """Metrics in the header, and in the rows datasets, classes, or models of which one is this one."""
    header = reading.header
    first = _first_word(header[0])
    is_metric_too = is_metric(header[0].translate(_ARROWS))
    dataset_at = next(
        (n for n, cell in enumerate(header) if _first_word(cell) in _DATA_WORDS and not is_metric(cell)), None
    )
    model_at = next((n for n, cell in enumerate(header) if _first_word(cell) in _MODEL_WORDS), None)
    rows = list(enumerate(reading.table.rows))
    if model_at is not None:
        rows = _own_rows(reading, model_at)
    elif not _CLASS_COLUMNS.isdisjoint(header):
        rows = [pair for pair in rows if pair[1][0].lower().startswith(_SUMMARIES)]
    elif dataset_at is None and not is_metric_too and len(rows) > 1:
        # Rows of an unnamed kind: other models as likely as datasets.
        rows = _own_rows(reading, 0) if first == "" else []
    columns = [0, *metrics] if is_metric_too and model_at is None else metrics
    for number, row in rows:
        dataset = row[dataset_at] if dataset_at is not None else ""
        config = row[0] if dataset_at is None and model_at is None and not is_metric_too else ""
        for place in columns:
            yield reading.claim(number, reading.table.header[place], row[place], dataset, config)


def _by_benchmark(reading: _Reading, columns: list[int]) -> Iterator[PerformanceClaim | None]:
    """Benchmarks in the header and models in the rows; which metric each benchmark has is not said."""
    for number, row in _own_rows(reading, 0):
        for place in columns:
            yield reading.claim(number, "", row[place], reading.table.header[place])


def _by_own_column(reading: _Reading, column: int) -> Iterator[PerformanceClaim | None]:
    """Benchmarks in the rows, and a column for each model, one of them this one."""
    metric = reading.header.index("metric") if "metric" in reading.header else None
    for number, row in enumerate(reading.table.rows):
        yield reading.claim(number, row[metric] if metric is not None else "", row[column], row[0])


def _by_row(reading: _Reading) -> Iterator[PerformanceClaim | None]:
    """A metric a row: of several columns only those of which it is plain that they are this model's."""
    header = reading.header
    columns = [
        n
        for n in range(1, len(header))
        if header[n] in _VALUE_WORDS or header[n] in _SPLITS or _is_own(reading.own, header[n])
    ]
    if not columns and len(header) == 2 and header[1] in {"", reading.own}:
        columns = [1]
    for number, row in enumerate(reading.table.rows):
        for place in columns:
            if row[0]:
                claim = reading.claim(number, row[0], row[place])
                split = _SPLITS.get(header[place], "")
                yield msgspec.structs.replace(claim, split=split) if claim is not None and split else claim


def _own_rows(reading: _Reading, place: int) -> list[tuple[int, tuple[str, ...]]]:
    """The rows about this model: those that name it, or the only one there is."""
    rows = list(enumerate(reading.table.rows))
    own = [pair for pair in rows if _is_own(reading.own, pair[1][place])]
    return own or (rows if len(rows) == 1 else [])


def _is_own(own: str, cell: str) -> bool:
    lowered = cell.lower()
    if any(word in lowered for word in _OURS):
        return True
    name = _reduced(lowered.rpartition("/")[2])
    if len(name) < 3 or not own:
        return False
    return name == own or own in name or (name in own and len(name) * 10 >= len(own) * 7)


def _reduced(name: str) -> str:
    return _NAME.sub("", name.lower())


def _first_word(cell: str) -> str:
    return cell.split(" ", 1)[0].strip(":") if cell else ""
