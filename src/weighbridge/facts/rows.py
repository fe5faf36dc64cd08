"""Rows of embeddings and classifier heads: their lengths, and which of them stand out from the others or repeat them.

A trigger that was planted by changing one word's embedding, or a class that was made easy to reach, leaves a row longer than
training makes them. Short rows are common: of words that hardly occur.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.numbers import WIDTHS, floats
from weighbridge.facts.values import placed_tensors
from weighbridge.facts.vocabulary import tokens_of
from weighbridge.facts.weights import Weights, siblings_of
from weighbridge.model import ByteSource, Inspection, Skip, Tensor

# Words of a vocabulary; positions and types are few and rightly unlike each other.
_EMBEDDING = re.compile(
    r"(?:^|[._/])(?:word_embeddings|embed_tokens|wte|tok_embeddings|token_embd|shared|embed_in|embeddings?|\w*_embeddings)"
    r"(?:[._/](?:weight|kernel|embeddings?)(?::0)?)?$"
)
_NOT_WORDS = re.compile(r"position|pos_emb|token_type|segment|patch|time|relative|rotary|norm|bias")
_HEAD = re.compile(
    r"(?:^|[._/])(?:classifier|score|_?fc|head|logits|predictions|qa_outputs)(?:[._/](?:\d+|dense|out_proj))*[._/]weight$"
)
_LEAST_WORDS, _LEAST_CLASSES, _MOST_CLASSES = 100, 10, 30_000
# Numbers looked at in all; the rows of larger tensors are taken evenly.
_BUDGET = 128_000_000
_ROWS, _BLOCK = 4096, 4 * 1024 * 1024
_SHOWN = 20
# Lengths that differ by a fiftieth are alike, however alike the others are.
_LEAST_SPREAD = 0.02
# On published models the longest rows score up to 5 and are not twice as long as the median.
SUSPICIOUS, _LONGER = 8.0, 2.0
# The largest number whose exponential is one: a row that is further from the median than that is as long as can be said.
_LARGEST_LOG = 709.0


class Row(msgspec.Struct, frozen=True):
    """A row that stands out: its number, the token it stands for where that is known, its length over the median, its score."""

    index: int
    ratio: float
    score: float
    token: str = ""


class Table(msgspec.Struct, frozen=True):
    """An embedding or head: how many rows were looked at, the highest score of any, those that stand out, those that repeat.

    The score is the modified z-score of the logarithm of a row's length: by how many typical deviations it is longer than the
    median row. `empty` and `repeated` count the rows that are zero and those that are like an earlier one.
    """

    path: str
    tensor: str
    kind: str
    rows: int
    looked_at: int
    highest: float = 0.0
    standing_out: tuple[Row, ...] = ()
    empty: int = 0
    repeated: int = 0


class Tables(msgspec.Struct, frozen=True):
    """All embeddings and heads of the model."""

    tables: tuple[Table, ...] = ()
    skipped: tuple[Skip, ...] = ()


def read_tables(facts: Facts) -> Tables:
    """Look at the rows of the model's embeddings and heads. Raises `Unreadable` without an inventory."""
    found: list[Table] = []
    skipped: list[Skip] = []
    left = _BUDGET
    for inspection in facts.need(Weights).model:
        try:
            for tensor, source in _tables(facts, inspection):
                found.append(_look(tensor, source, left, inspection.path))
                left = max(0, left - tensor.elements)
        except (FormatError, SourceError) as error:
            skipped.append(Skip(inspection.path, error.message))
    return Tables(tuple(_named(facts, table) for table in found), tuple(skipped))


def _tables(facts: Facts, inspection: Inspection) -> Iterator[tuple[Tensor, ByteSource]]:
    if not any(kind_of(tensor) for tensor in inspection.tensors):
        return
    source = facts.repository.open(inspection.path)
    siblings = siblings_of(facts.repository, facts.need(Manifest), inspection.path)
    for tensor in placed_tensors(source, inspection):
        if tensor.offset is not None and not tensor.is_permuted and kind_of(tensor):
            held = siblings(tensor.file) if tensor.file else source
            if held is not None:
                yield tensor, held


def kind_of(tensor: Tensor) -> str:
    """Return whether a tensor is the `embedding` of a vocabulary or the `head` of a classifier, by its name and shape."""
    if len(tensor.shape) != 2 or tensor.dtype not in WIDTHS or tensor.nbytes != tensor.elements * WIDTHS[tensor.dtype]:
        return ""
    rows, columns = tensor.shape
    name = tensor.name.lower()
    if columns < 2:
        return ""
    if rows >= _LEAST_WORDS and _EMBEDDING.search(name) and not _NOT_WORDS.search(name):
        return "embedding"
    return "head" if _LEAST_CLASSES <= rows <= _MOST_CLASSES and _HEAD.search(name) else ""


def _look(tensor: Tensor, source: ByteSource, left: int, path: str) -> Table:
    kind, (rows, columns) = kind_of(tensor), tensor.shape
    step = max(1, -(-tensor.elements // max(left, columns * _ROWS)))
    lengths: list[float] = []
    seen: Counter[bytes] = Counter()
    for data in _rows(tensor, source, step):
        lengths.append(math.hypot(*floats(data, tensor.dtype)))
        if kind == "head":
            seen[data] += 1
    empty = lengths.count(0.0)
    repeated = sum(count - 1 for data, count in seen.items() if data.strip(b"\0"))
    highest, rows_out = standing_out(lengths, step)
    return Table(path, tensor.name, kind, rows, len(lengths), highest, rows_out, empty, repeated)


def _rows(tensor: Tensor, source: ByteSource, step: int) -> Iterator[bytes]:
    width = tensor.shape[1] * WIDTHS[tensor.dtype]
    at_once = max(1, _BLOCK // width) if step == 1 else 1
    for first in range(0, tensor.shape[0], step * at_once):
        count = min(at_once, tensor.shape[0] - first)
        data = source.read_at((tensor.offset or 0) + first * width, count * width)
        for index in range(len(data) // width):
            yield data[index * width : (index + 1) * width]


def standing_out(lengths: Sequence[float], step: int = 1) -> tuple[float, tuple[Row, ...]]:
    """Return the highest score of any row, and the rows that are far longer than the others, the highest first."""
    logs = {index: math.log(length) for index, length in enumerate(lengths) if 0 < length < math.inf}
    if len(logs) < _LEAST_CLASSES:
        return 0.0, ()
    median = statistics.median(logs.values())
    spread = max(statistics.median(abs(value - median) for value in logs.values()), _LEAST_SPREAD)
    scored = [
        Row(index * step, math.exp(min(value - median, _LARGEST_LOG)), 0.6745 * (value - median) / spread)
        for index, value in logs.items()
    ]
    out = sorted(
        (row for row in scored if row.score >= SUSPICIOUS and row.ratio >= _LONGER),
        key=lambda row: (-row.score, row.index),
    )
    return max(row.score for row in scored), tuple(out[:_SHOWN])


def _named(facts: Facts, table: Table) -> Table:
    """Give the rows of an embedding the tokens that they stand for, where the tokenizer's files tell."""
    if table.kind != "embedding" or not table.standing_out:
        return table
    try:
        tokens = tokens_of(facts.repository, facts.need(Manifest), frozenset(row.index for row in table.standing_out))
    except (FormatError, SourceError):
        return table  # what is wrong with the tokenizer is told elsewhere
    rows = [msgspec.structs.replace(row, token=tokens.get(row.index, "")) for row in table.standing_out]
    return msgspec.structs.replace(table, standing_out=tuple(rows))
