"""Verdicts that stand and verdicts given anew, brought together as if all had been given at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weighbridge.checks.catalogue import CHECKS
from weighbridge.model import Attribute, Severity, State, Verdict
from weighbridge.registry.schema import MEASUREMENTS, SCORES
from weighbridge.registry.weighing import Weighed, coded_schema
from weighbridge.scoring.score import score_all

if TYPE_CHECKING:
    import pyarrow as pa

_CHECKS = {check.code: check for check in CHECKS}
_PLACES = {attribute: place for place, attribute in enumerate(Attribute)}


def rescored(old: Sequence[Path], kept: Sequence[str], new: Weighed, snapshot: datetime.date) -> Weighed:
    """Return the old verdicts of the kept checks beside the new ones, ordered as they come, and the scores of both."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = [pq.read_table(path) for path in old if path.parts[-3] == MEASUREMENTS.name]
    rows = [_of_checks(table, kept) for table in held]
    fresh = pa.table({name: _plain(new.measurements[name]) for name in MEASUREMENTS.names})
    every = pa.concat_tables([*(table.cast(fresh.schema) for table in rows), fresh])
    order = _models(new.scores)
    ordered = every.take(_order(every, order))
    return Weighed(_coded(ordered, MEASUREMENTS), _coded(_scores(ordered, order, snapshot), SCORES))


def _of_checks(table: pa.Table, kept: Sequence[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["code"], value_set=pa.array(kept, pa.string())))


def _plain(column: Any) -> Any:
    """Return a column with its texts as texts."""
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _models(scores: pa.Table) -> list[tuple[str, str]]:
    """Return the models in the order of the batch."""
    each = len(_PLACES)
    registries, names = (_plain(scores[name]).to_pylist()[::each] for name in ("registry", "id"))
    return list(zip(registries, names, strict=True))


def _order(rows: pa.Table, models: list[tuple[str, str]]) -> pa.Array:
    """Return where the rows stand when they are sorted by model, attribute and check; rows of one check keep their order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise(rows["registry"], rows["id"], "\0")
    names = pa.array([f"{registry}\0{name}" for registry, name in models], pa.string())
    codes = sorted(_CHECKS, key=lambda code: (_PLACES[_CHECKS[code].attribute], code))
    keys = pa.table({
        "model": pc.index_in(joined, value_set=names),
        "check": pc.index_in(rows["code"], value_set=pa.array(codes, pa.string())),
        "row": pa.array(range(rows.num_rows), pa.int64()),
    })  # fmt: skip
    return pc.sort_indices(keys, [("model", "ascending"), ("check", "ascending"), ("row", "ascending")])


def _scores(rows: pa.Table, models: list[tuple[str, str]], snapshot: datetime.date) -> pa.Table:
    """Return the scores of ordered rows."""
    import pyarrow as pa

    by_model = _by_model(rows)
    found = [
        (snapshot, registry, name, score.attribute.value, score.value, score.coverage, score.best)
        for registry, name in models
        for score in score_all(by_model.get((registry, name), []))
    ]
    columns = list(zip(*found, strict=True)) if found else [()] * len(SCORES.names)
    return pa.table(dict(zip(SCORES.names, map(list, columns), strict=True)))


def _by_model(rows: pa.Table) -> dict[tuple[str, str], list[Verdict]]:
    found: dict[tuple[str, str], list[Verdict]] = {}
    for key, verdict in _verdicts(rows):
        found.setdefault(key, []).append(verdict)
    return found


def _verdicts(rows: pa.Table) -> Iterator[tuple[tuple[str, str], Verdict]]:
    """Yield as much of each verdict as a score needs."""
    names = ("registry", "id", "code", "state", "severity", "grade", "version")
    known: dict[tuple[Any, ...], Verdict] = {}
    for registry, name, *said in zip(*(rows[column].to_pylist() for column in names), strict=True):
        key = tuple(said)
        verdict = known.get(key)
        if verdict is None:
            code, state, severity, grade, version = said
            check = _CHECKS[code]
            verdict = known[key] = Verdict(
                code, check.name, check.attribute, check.factor, State(state), "", Severity.parse(severity),
                grade=grade, version=version,
            )  # fmt: skip
        yield (registry, name), verdict


def _coded(rows: pa.Table, table: Any) -> pa.Table:
    """Return rows with what repeats as numbers."""
    import pyarrow as pa

    schema = coded_schema(table)
    columns = [
        rows[field.name].combine_chunks().dictionary_encode().cast(field.type) if pa.types.is_dictionary(field.type)
        else rows[field.name].cast(field.type)
        for field in schema
    ]  # fmt: skip
    return pa.table(columns, schema=schema)
