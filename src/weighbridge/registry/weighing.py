"""Records to verdicts and scores, a batch at a time: the one function that every engine calls.

The checks are those of an audit, judged on the same facts. What is made of them here is columns: a verdict's check, state and
severity are few combinations, each of which gets a number once.
"""

from __future__ import annotations

import datetime
import functools
import gc
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, pairwise, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

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

# Scores of so many patterns of verdicts are remembered; then the memory starts anew.
_MAX_PATTERNS = 200_000
# Of so many lists of verdicts the numbers are remembered.
_MAX_REMEMBERED = 50_000
# Records that are judged together.
_AT_ONCE = 256
_ATTRIBUTES = tuple(Attribute)

# A score's value, coverage and best; the grades of some verdicts, none where no verdict has one.
_Score = tuple[float | None, float, float | None]
_Grades = tuple[float | None, ...]


class Weighed(msgspec.Struct, frozen=True):
    """The rows of a batch for the tables of measurements and of scores."""

    measurements: Any
    scores: Any


class _Kinds(dict[tuple[str, int, int], int]):
    """Numbers combinations of check, state and severity as they are met; `verdicts` has one of each."""

    def __init__(self) -> None:
        super().__init__()
        self.verdicts: list[Verdict] = []
        self._remembered: dict[int, _Numbered] = {}

    def of(self, verdicts: list[Verdict]) -> _Numbered:
        """Return the numbers of some verdicts, and which of them have more to tell."""
        numbers = array("i")
        for verdict in verdicts:
            # Members of an enumeration are there once, so that their identity is theirs for good.
            key = (verdict.code, id(verdict.state), id(verdict.severity))
            number = self.get(key)
            if number is None:
                number = self[key] = len(self.verdicts)
                self.verdicts.append(verdict)
            numbers.append(number)
        contradicted = State.CONTRADICTED
        special = [
            (i, v) for i, v in enumerate(verdicts) if v.grade is not None or v.subject or v.state is contradicted
        ]
        return _Numbered(verdicts, numbers, special)

    def remembered(self, verdicts: list[Verdict]) -> _Numbered:
        """Return the same for a list that will come again; it is held, so that its identity stays its own."""
        found = self._remembered.get(id(verdicts))
        if found is None:
            if len(self._remembered) >= _MAX_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[id(verdicts)] = self.of(verdicts)
        return found


class _Numbered(NamedTuple):
    """A list of verdicts as numbers of kinds; `special` are those, with their places, of which the kind does not tell all."""

    verdicts: list[Verdict]
    numbers: array[int]
    special: list[tuple[int, Verdict]]


class Scales:
    """Checks that weigh batch after batch, on one day."""

    def __init__(self, checks: Iterable[Check], as_of: datetime.date) -> None:
        self._as_of = as_of
        self._panel = Panel(checks)
        self._kinds = _Kinds()
        self._scored: dict[tuple[int, bytes, _Grades], _Score] = {}

    def weigh(self, batch: pa.RecordBatch, snapshot: datetime.date) -> Weighed:
        """Return the rows that records give; the batch has `registry`, `id`, `record` and `card`."""
        with uncollected():
            ordered = self._judged(batch).ordered(self._kinds.verdicts)
            scores = [self._score(*pattern) for pattern in ordered.patterns()]
        return Weighed(ordered.measurements(batch, snapshot), score_rows(batch, snapshot, scores))

    def _judged(self, batch: pa.RecordBatch) -> _Rows:
        rows = _Rows()
        pairs = zip(batch["record"].to_pylist(), batch["card"].to_pylist(), strict=True)
        while some := list(islice(pairs, _AT_ONCE)):
            for *remembered, new in self._panel.judge_all([facts_of(*pair, self._as_of) for pair in some]):
                for verdicts in remembered:
                    rows.add(self._kinds.remembered(verdicts))
                rows.add(self._kinds.of(new))
                rows.end_model()
        return rows

    def _score(self, place: int, kinds: bytes, grades: _Grades) -> _Score:
        """Return value, coverage and best of one attribute, remembered by the pattern of its verdicts."""
        key = (place, kinds, grades)
        known = self._scored.get(key)
        if known is None:
            if len(self._scored) >= _MAX_PATTERNS:
                self._scored.clear()
            found = score(_ATTRIBUTES[place], self._verdicts(kinds, grades), _plain())
            known = self._scored[key] = (found.value, found.coverage, found.best)
        return known

    def _verdicts(self, kinds: bytes, grades: _Grades) -> list[Verdict]:
        """Return verdicts that score as those of a pattern do."""
        verdicts = [self._kinds.verdicts[number] for number in array("i", kinds)]
        graded = zip(verdicts, grades or repeat(None), strict=False)
        return [msgspec.structs.replace(verdict, grade=grade) for verdict, grade in graded]


class _Rows:
    """The verdicts of a batch as they come."""

    def __init__(self) -> None:
        self._kinds = array("i")
        self._ends: list[int] = [0]
        self._special: list[tuple[int, Verdict]] = []

    def add(self, numbered: _Numbered) -> None:
        """Take verdicts of a model."""
        first = len(self._kinds)
        self._kinds.extend(numbered.numbers)
        if numbered.special:
            self._special += [(first + place, verdict) for place, verdict in numbered.special]

    def end_model(self) -> None:
        """Tell that the next verdicts are another model's."""
        self._ends.append(len(self._kinds))

    def ordered(self, known: Sequence[Verdict]) -> _Ordered:
        """Return the rows by model, attribute and check; those of one check keep their order."""
        import numpy as np

        kinds = np.frombuffer(self._kinds, np.int32) if self._kinds else np.zeros(0, np.int32)
        models: Any = np.repeat(np.arange(len(self._ends) - 1, dtype=np.int32), np.diff(self._ends))
        order = np.argsort(models * np.int64(len(known)) + _ranks(known)[kinds], kind="stable")
        place_of = np.empty_like(order)
        place_of[order] = np.arange(len(order))
        special = {int(place_of[place]): verdict for place, verdict in self._special}
        return _Ordered(len(self._ends) - 1, kinds[order], models[order], special, known)


class _Ordered(NamedTuple):
    """The verdicts of `size` models in their order: numbers of kinds and of models, and what of some the kind does not tell."""

    size: int
    kinds: Any
    models: Any
    special: dict[int, Verdict]
    known: Sequence[Verdict]

    def patterns(self) -> Iterator[tuple[int, bytes, _Grades]]:
        """Yield for each model and attribute the attribute's place, the numbers of its verdicts, and their grades where one has any."""
        import numpy as np

        each = len(_ATTRIBUTES)
        own = np.array([_ATTRIBUTES.index(verdict.attribute) for verdict in self.known], np.int64)
        groups = self.models.astype(np.int64) * each + own[self.kinds]
        ends: Any = np.searchsorted(groups, np.arange(self.size * each + 1)).tolist()
        graded = {place: verdict.grade for place, verdict in self.special.items() if verdict.grade is not None}
        with_grades = set(groups[list(graded)].tolist())
        for group, (start, end) in enumerate(pairwise(ends)):
            kinds = self.kinds[start:end].tobytes()
            if group in with_grades:
                yield group % each, kinds, tuple([graded.get(place) for place in range(start, end)])
            else:
                yield group % each, kinds, ()

    def measurements(self, batch: pa.RecordBatch, snapshot: datetime.date) -> pa.Table:
        """Return the rows of verdicts."""
        import numpy as np
        import pyarrow as pa

        contradicted = {place: v.message for place, v in self.special.items() if v.state is State.CONTRADICTED}
        columns = {
            **_of_models(batch, self.models, snapshot),
            "code": _coded([v.code for v in self.known], self.kinds),
            "version": pa.array(np.array([v.version for v in self.known], np.int32)[self.kinds]),
            "state": _coded([v.state.value for v in self.known], self.kinds),
            "severity": _coded([v.severity.label for v in self.known], self.kinds),
            "subject": self._subjects(),
            "grade": self._sparse({p: v.grade for p, v in self.special.items() if v.grade is not None}, pa.float64()),
            "message": self._sparse(contradicted, pa.string()),
        }
        return pa.table(columns, schema=coded_schema(MEASUREMENTS))

    def _subjects(self) -> pa.DictionaryArray:
        import numpy as np

        named = {place: verdict.subject for place, verdict in self.special.items() if verdict.subject}
        distinct = ["", *sorted(set(named.values()))]
        numbers = {subject: number for number, subject in enumerate(distinct)}
        places: Any = np.zeros(len(self.kinds), np.int32)
        places[list(named)] = [numbers[subject] for subject in named.values()]
        return _coded(distinct, places)

    def _sparse(self, values: dict[int, Any], kind: pa.DataType) -> pa.Array:
        """Return a column of few values at their places."""
        import numpy as np
        import pyarrow as pa

        places: Any = np.zeros(len(self.kinds), np.int32)
        is_absent: Any = np.ones(len(self.kinds), bool)
        places[list(values)], is_absent[list(values)] = np.arange(len(values)), False
        return pa.array(list(values.values()), kind).take(pa.array(places, mask=is_absent))


def score_rows(batch: pa.RecordBatch, snapshot: datetime.date, scores: Sequence[_Score]) -> pa.Table:
    """Return the rows of scores, of which each model has one an attribute."""
    import numpy as np
    import pyarrow as pa

    each = len(_ATTRIBUTES)
    models: Any = np.repeat(np.arange(batch.num_rows, dtype=np.int32), each)
    values, coverages, bests = zip(*scores, strict=True) if scores else ((), (), ())
    columns = {
        **_of_models(batch, models, snapshot),
        "attribute": _coded([a.value for a in _ATTRIBUTES], np.tile(np.arange(each, dtype=np.int32), batch.num_rows)),
        "value": pa.array(values, pa.float64()),
        "coverage": pa.array(coverages, pa.float64()),
        "best": pa.array(bests, pa.float64()),
    }
    return pa.table(columns, schema=coded_schema(SCORES))


def _ranks(verdicts: Sequence[Verdict]) -> Any:
    """Return the place of each verdict in the order of attributes and checks; those of one check have the same."""
    import numpy as np

    keys = [(_ATTRIBUTES.index(verdict.attribute), verdict.code) for verdict in verdicts]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([places[key] for key in keys], np.int64)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from searching for cycles again and again among the facts of thousands of models, which have none."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
    """Return the text that belongs to each number; equal texts get one number, as an engine expects of a dictionary.

    Texts that do not occur are left out, so that a batch gives the same bytes whatever was weighed before it.
    """
    import numpy as np
    import pyarrow as pa

    occurs = np.bincount(numbers, minlength=len(texts)) > 0
    distinct = sorted({text for text, is_there in zip(texts, occurs, strict=True) if is_there})
    places = {text: place for place, text in enumerate(distinct)}
    mapping = np.array([places.get(text, 0) for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(mapping[numbers]), pa.array(distinct, pa.string()))


@functools.cache
def _plain() -> Weighting:
    return Weighting()
