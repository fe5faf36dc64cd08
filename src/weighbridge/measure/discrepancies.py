"""Claimed against measured figures of many models: how far apart, in which direction, and which stand out."""

from __future__ import annotations

import contextlib
import csv
import gzip
import math
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from weighbridge.errors import FormatError, NothingToAudit, UsageError
from weighbridge.facts.figures import FIGURE_LENGTH, Figure, figure
from weighbridge.facts.metrics import metric_of

ROW_LIMIT = 1_000_000
CELL_LENGTH = 10_000
LINE_LENGTH = 1_000_000
REJECTED_LIMIT = 1000
# How many interquartile ranges beyond a quartile make an outlier: Tukey's outer fences (1977).
OUTLIER = 3.0
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)

# How columns are called, the likeliest first.
_NAMES = {
    "claimed": ("claimed", "reported", "self_reported", "published", "stated", "claim"),
    "measured": ("measured", "rerun", "re-run", "re_run", "reproduced", "verified", "actual", "measurement"),
    "model": ("model", "model_id", "model_name", "name", "repo", "id"),
    "metric": ("metric", "metric_name"),
    "task": ("task", "dataset", "benchmark", "data"),
    "n": ("n", "items", "samples", "num_samples", "n_items"),
}
_MUST = ("claimed", "measured")


class Columns(msgspec.Struct, frozen=True):
    """Which column of the table holds what; empty where the table has none."""

    claimed: str
    measured: str
    model: str = ""
    metric: str = ""
    task: str = ""
    n: str = ""


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """A claimed and a measured figure of one model; `difference` is measured minus claimed, `line` the table's line."""

    line: int
    claimed: float
    measured: float
    difference: float
    model: str = ""
    metric: str = ""
    task: str = ""
    n: int | None = None
    decimals: int = 0


class Rejected(msgspec.Struct, frozen=True):
    """A row that could not be read, and why."""

    line: int
    reason: str


class Discrepancies(msgspec.Struct, frozen=True):
    """All pairs, the worst first, with their distribution.

    `quantiles` are those of the absolute difference, `outliers` counts the pairs whose difference lies more than three
    interquartile ranges beyond a quartile, `scale` is 1 for shares and 100 for percentages.
    """

    columns: Columns
    pairs: tuple[Pair, ...]
    rejected: tuple[Rejected, ...]
    rejected_count: int
    models: int
    median: float
    quantiles: tuple[tuple[float, float], ...]
    overstated: int
    understated: int
    outliers: int
    scale: float
    notes: tuple[str, ...] = ()

    def beyond(self, size: float) -> int:
        """How many pairs lie further apart than that; the last digits of a float do not decide."""
        return sum(abs(pair.difference) > size + 1e-9 * self.scale for pair in self.pairs)


def compare_table(path: Path, chosen: dict[str, str] | None = None) -> Discrepancies:
    """Read a table of claimed and measured figures (CSV or TSV, also gzipped) and compare them row by row.

    `chosen` names columns that are not to be guessed. Raises `UsageError` for missing columns, `NothingToAudit` for a table
    without a readable row, `FormatError` for a file that is no table.
    """
    try:
        with _opened(path) as file:
            rows = csv.reader(_lines(file), delimiter=_delimiter(path, file), strict=True)
            header = [cell.strip() for cell in next(rows, [])]
            if not any(header):
                raise NothingToAudit(f"{path} is empty", hint="Give a table with a header and columns of figures.")
            columns = columns_of(header, chosen or {}, path)
            pairs, rejected, count = _read(rows, header, columns)
    except (csv.Error, UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise FormatError(f"{path} is no table: {str(error)[:200]}", hint="Give CSV or TSV in UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint="Check the path.") from None
    if not pairs:
        told = f"; {rejected[0].reason} (line {rejected[0].line})" if rejected else ""
        raise NothingToAudit(f"{path} holds no row with two figures{told}", hint="Check --claimed and --measured.")
    return summarised(columns, pairs, rejected, count)


def columns_of(header: Sequence[str], chosen: dict[str, str], path: Path) -> Columns:
    """Return which column holds what: as chosen, else by the usual names. Raises `UsageError`."""
    lowered = {name.lower(): name for name in reversed(header)}
    found: dict[str, str] = {}
    for role, names in _NAMES.items():
        if chosen.get(role):
            if chosen[role] not in header:
                raise UsageError(
                    f"{path} has no column {chosen[role]!r}", hint=f"Its columns are {', '.join(header[:30])}."
                )
            found[role] = chosen[role]
        else:
            found[role] = next((lowered[name] for name in names if name in lowered), "")
    for role in _MUST:
        if not found[role]:
            raise UsageError(
                f"{path} has no column that is called like a {role} figure ({', '.join(_NAMES[role][:4])})",
                hint=f"Name it with --{role}; the columns are {', '.join(header[:30])}.",
            )
    if found["claimed"] == found["measured"]:
        raise UsageError(f"{found['claimed']!r} cannot be both the claimed and the measured figure")
    return Columns(**found)


def summarised(
    columns: Columns, pairs: list[Pair], rejected: list[Rejected] | None = None, rejected_count: int = 0
) -> Discrepancies:
    """Return pairs with the distribution of their differences."""
    pairs, scale, notes = _one_scale(pairs)
    differences = [pair.difference for pair in pairs]
    sizes = sorted(abs(difference) for difference in differences)
    signed = sorted(differences)
    low, median, high = (_quantile(signed, share) for share in (0.25, 0.5, 0.75))
    reach = OUTLIER * (high - low)
    ordered = sorted(pairs, key=lambda pair: (-abs(pair.difference), pair.line))
    return Discrepancies(
        columns,
        tuple(ordered),
        tuple(rejected or ()),
        rejected_count,
        len({pair.model for pair in pairs}) if columns.model else 0,
        median,
        tuple((share, _quantile(sizes, share)) for share in QUANTILES),
        sum(_is_overstated(pair) for pair in pairs),
        sum(pair.difference != 0 and not _is_overstated(pair) for pair in pairs),
        sum(not low - reach <= difference <= high + reach for difference in differences),
        scale,
        tuple(notes),
    )


def _one_scale(pairs: list[Pair]) -> tuple[list[Pair], float, list[str]]:
    """Bring percentages and shares together where whole columns are written differently."""
    claimed, measured = (statistics.median(abs(v) for v in values) for values in _values(pairs))
    scale = 100.0 if max(claimed, measured) > 1.5 else 1.0
    if not 50 <= (max(claimed, measured) / (min(claimed, measured) or math.inf)) <= 200:
        return pairs, scale, []
    factors = (0.01, 1.0) if claimed > measured else (1.0, 0.01)
    scaled = [
        msgspec.structs.replace(
            pair, claimed=pair.claimed * factors[0], measured=pair.measured * factors[1],
            difference=pair.measured * factors[1] - pair.claimed * factors[0],
        )
        for pair in pairs
    ]  # fmt: skip
    larger = "claimed" if claimed > measured else "measured"
    return scaled, 1.0, [f"The {larger} figures are percentages, the others shares: they were divided by 100."]


def _values(pairs: list[Pair]) -> tuple[list[float], list[float]]:
    return [pair.claimed for pair in pairs], [pair.measured for pair in pairs]


def _is_overstated(pair: Pair) -> bool:
    """Whether the claim is better than the measurement: for errors and times, less is better."""
    metric = metric_of(pair.metric)
    is_higher_better = metric is None or metric.higher
    return pair.difference < 0 if is_higher_better else pair.difference > 0


def _read(rows: Iterator[list[str]], header: list[str], columns: Columns) -> tuple[list[Pair], list[Rejected], int]:
    places = {role: header.index(name) for role in _NAMES if (name := getattr(columns, role))}
    pairs: list[Pair] = []
    rejected: list[Rejected] = []
    count = 0
    for line, row in enumerate(rows, 2):
        if line - 2 >= ROW_LIMIT:
            raise UsageError(f"the table has more than {ROW_LIMIT:,} rows", hint="Split it over several runs.")
        if not any(row):
            continue
        found = _pair(row, line, places, len(header), columns)
        if isinstance(found, Pair):
            pairs.append(found)
        else:
            count += 1
            if len(rejected) < REJECTED_LIMIT:
                rejected.append(Rejected(line, found))
    return pairs, rejected, count


def _pair(row: list[str], line: int, places: dict[str, int], width: int, columns: Columns) -> Pair | str:
    """Return a row's pair, or why it holds none."""
    if len(row) != width:
        return f"{len(row)} cells under {width} headings"
    held = []
    for role in _MUST:
        cell = row[places[role]]
        found = _figure(cell)
        if found is None:
            name = getattr(columns, role)
            return f"{name} is empty" if not cell.strip() else f"{name} is no number: {cell[:40]!r}"
        held.append(found)
    claimed, measured = held
    counted = row[places["n"]].strip() if "n" in places else ""
    n = int(counted) if counted.isascii() and counted.isdigit() and len(counted) < 13 else None
    texts = {role: row[places[role]][:200] for role in ("model", "metric", "task") if role in places}
    return Pair(
        line,
        claimed.value,
        measured.value,
        measured.value - claimed.value,
        n=n or None,
        decimals=claimed.decimals,
        **texts,
    )


def _figure(cell: str) -> Figure | None:
    """Return a cell's figure; programs write more digits than people do."""
    found = figure(cell)
    if found is None and len(cell) < FIGURE_LENGTH and "_" not in cell:
        with contextlib.suppress(ValueError):
            value = float(cell)
            return (
                Figure(cell.strip(), value, "", len(cell.strip().partition(".")[2])) if math.isfinite(value) else None
            )
    return found


def _opened(path: Path) -> IO[str]:
    csv.field_size_limit(CELL_LENGTH)
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _lines(file: IO[str]) -> Iterator[str]:
    """Yield lines, none without end: a few compressed bytes may unpack to gigabytes of one."""
    while line := file.readline(LINE_LENGTH):
        if len(line) >= LINE_LENGTH:
            raise csv.Error(f"a line has {LINE_LENGTH:,} characters or more")
        yield line


def _delimiter(path: Path, file: IO[str]) -> str:
    if ".tsv" in path.suffixes:
        return "\t"
    first = file.readline(CELL_LENGTH)
    file.seek(0)
    return max(",;\t", key=first.count)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, between neighbours in proportion."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
