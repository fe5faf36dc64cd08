"""Records to verdicts and scores, a batch at a time: the one function that every engine calls.

The checks are those of an audit, judged on the same facts. What is made of them here is columns: a verdict's check, state and
severity are few combinations, each of which gets a number once.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from weighbridge.checks.catalogue import CHECKS
from weighbridge.checks.contract import Check
from weighbridge.checks.panel import Panel
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.model import Attribute, Depth, State, Verdict
from weighbridge.registry.schema import MEASUREMENTS, SCORES, Table
from weighbridge.scoring.score import Weighting, score
from weighbridge.sources.record import RecordRepository

if TYPE_CHECKING:
    import pyarrow as pa

_by_code = attrgetter("code")
# Scores of so many patterns of verdicts are remembered; then the memory starts anew.
_MAX_PATTERNS = 200_000
_ATTRIBUTES = tuple(Attribute)


class Weighed(msgspec.Struct, frozen=True):
    """The rows of a batch for the tables of measurements and of scores."""

    measurements: Any
    scores: Any


class _Kinds(dict[tuple[str, int, int], int]):
    """Numbers combinations of check, state and severity as they are met; `verdicts` has one of each."""

    def __init__(self) -> None:
        super().__init__()
        self.verdicts: list[Verdict] = []

    def of(self, verdicts: Iterable[Verdict]) -> list[int]:
        """Return the numbers of some verdicts."""
        found = []
        for verdict in verdicts:
            # Members of an enumeration are there once, so that their identity is theirs for good.
            key = (verdict.code, id(verdict.state), id(verdict.severity))
            number = self.get(key)
            if number is None:
                number = self[key] = len(self.verdicts)
                self.verdicts.append(verdict)
            found.append(number)
        return found


class Scales:
    """Checks that weigh batch after batch, on one day."""

    def __init__(self, checks: Iterable[Check], as_of: datetime.date) -> None:
        ordered = sorted(checks, key=_by_code)
        self._as_of = as_of
        self._panels = [(a, Panel([c for c in ordered if c.attribute is a])) for a in _ATTRIBUTES]
        self._kinds = _Kinds()
        self._patterns: dict[tuple[Any, ...], tuple[float | None, float, float | None]] = {}

    def weigh(self, batch: pa.RecordBatch, snapshot: datetime.date) -> Weighed:
        """Return the rows that records give; the batch has `registry`, `id`, `record` and `card`."""
        collected = _Columns()
        for text, card in zip(batch["record"].to_pylist(), batch["card"].to_pylist(), strict=True):
            facts = facts_of(text, card, self._as_of)
            for _, panel in self._panels:
                verdicts = panel.judge(facts)
                verdicts.sort(key=_by_code)
                kinds = self._kinds.of(verdicts)
                collected.add(verdicts, kinds)
                collected.scores.append(self._score(kinds, verdicts))
            collected.end_model()
        return Weighed(
            collected.measurements(batch, snapshot, self._kinds.verdicts), collected.score_rows(batch, snapshot)
        )

    def _score(self, kinds: list[int], verdicts: list[Verdict]) -> tuple[float | None, float, float | None]:
        """Return value, coverage and best of one attribute, remembered by the pattern of verdicts."""
        grades = tuple([v.grade for v in verdicts if v.grade is not None])
        key = (*kinds, *grades)
        known = self._patterns.get(key)
        if known is None:
            if len(self._patterns) >= _MAX_PATTERNS:
                self._patterns.clear()
            found = score(verdicts[0].attribute, verdicts, _plain()) if verdicts else None
            known = (found.value, found.coverage, found.best) if found else (None, 0.0, None)
            self._patterns[key] = known
        return known


class _Columns:
    """The values of a batch's rows as they come."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.ends: list[int] = []
        self.scores: list[tuple[float | None, float, float | None]] = []
        self._special: list[tuple[int, Verdict]] = []

    def add(self, verdicts: list[Verdict], kinds: list[int]) -> None:
        """Take a model's verdicts; what few of them have is set aside with its place."""
        first = len(self.kinds)
        self.kinds += kinds
        contradicted = State.CONTRADICTED
        self._special += [
            (i, v) for i, v in enumerate(verdicts, first) if v.grade is not None or v.subject or v.state is contradicted
        ]

    def end_model(self) -> None:
        """Tell that the next verdicts are another model's."""
        self.ends.append(len(self.kinds))

    def measurements(self, batch: pa.RecordBatch, snapshot: datetime.date, known: Sequence[Verdict]) -> pa.Table:
        """Return the rows of verdicts."""
        import numpy as np
        import pyarrow as pa

        kinds = np.array(self.kinds, np.int32)
        counts = np.diff(np.array([0, *self.ends]))
        models: Any = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        subjects = [""] * len(kinds)
        grades: list[float | None] = [None] * len(kinds)
        messages: list[str | None] = [None] * len(kinds)
        for place, verdict in self._special:
            subjects[place], grades[place] = verdict.subject, verdict.grade
            if verdict.state is State.CONTRADICTED:
                messages[place] = verdict.message
        columns = {
            **_of_models(batch, models, snapshot),
            "code": _coded([v.code for v in known], kinds),
            "version": pa.array(np.array([v.version for v in known], np.int32)[kinds]),
            "state": _coded([v.state.value for v in known], kinds),
            "severity": _coded([v.severity.label for v in known], kinds),
            "subject": pa.array(subjects, pa.string()).dictionary_encode(),
            "grade": pa.array(grades, pa.float64()),
            "message": pa.array(messages, pa.string()),
        }
        return pa.table(columns, schema=coded_schema(MEASUREMENTS))

    def score_rows(self, batch: pa.RecordBatch, snapshot: datetime.date) -> pa.Table:
        """Return the rows of scores."""
        import numpy as np
        import pyarrow as pa

        each = len(_ATTRIBUTES)
        models: Any = np.repeat(np.arange(batch.num_rows, dtype=np.int32), each)
        values, coverages, bests = zip(*self.scores, strict=True) if self.scores else ((), (), ())
        columns = {
            **_of_models(batch, models, snapshot),
            "attribute": _coded(
                [a.value for a in _ATTRIBUTES], np.tile(np.arange(each, dtype=np.int32), batch.num_rows)
            ),
            "value": pa.array(values, pa.float64()),
            "coverage": pa.array(coverages, pa.float64()),
            "best": pa.array(bests, pa.float64()),
        }
        return pa.table(columns, schema=coded_schema(SCORES))


def facts_of(record: str, card: str | None, as_of: datetime.date) -> Facts:
    """Return the facts of a record and its card, as deep as they go."""
    return Facts(RecordRepository(msgspec.json.decode(record), card), READERS, depth=Depth.CARD, as_of=as_of)


def checks_named(codes: Iterable[str]) -> tuple[Check, ...]:
    """Return the checks of some codes."""
    wanted = set(codes)
    return tuple(check for check in CHECKS if check.code in wanted)


def coded_schema(table: Table) -> pa.Schema:
    """Return a table's schema with its texts as numbers into a list of them: what repeats is held and written once."""
    import pyarrow as pa

    from weighbridge.registry.schema import arrow_schema

    coded = {"registry", "id", "code", "state", "severity", "subject", "attribute"}
    kind = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([pa.field(f.name, kind if f.name in coded else f.type) for f in arrow_schema(table)])


def _of_models(batch: pa.RecordBatch, models: Any, snapshot: datetime.date) -> dict[str, Any]:
    """Return the columns that tell which model a row is about."""
    import pyarrow as pa

    registries = batch["registry"].dictionary_encode()
    return {
        "snapshot": pa.repeat(pa.scalar(snapshot, pa.date32()), len(models)),
        "registry": pa.DictionaryArray.from_arrays(registries.indices.take(pa.array(models)), registries.dictionary),
        "id": pa.DictionaryArray.from_arrays(pa.array(models), batch["id"]),
    }


def _coded(texts: list[str], numbers: Any) -> pa.DictionaryArray:
    """Return the text that belongs to each number; equal texts get one number, as an engine expects of a dictionary."""
    import numpy as np
    import pyarrow as pa

    distinct = sorted(set(texts))
    places = {text: place for place, text in enumerate(distinct)}
    mapping = np.array([places[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(mapping[numbers]), pa.array(distinct, pa.string()))


@functools.cache
def _plain() -> Weighting:
    return Weighting()
