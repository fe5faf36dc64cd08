"""Measuring a snapshot: every model's record and card through the checks, row group by row group, on the engine that is wanted.

What a row group gave is committed as soon as it is there, so a killed run loses at most those in the making. A later run does
what is left: row groups without verdicts, and of the others the checks that are new or of another version.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import msgspec

from weighbridge import __version__
from weighbridge.checks.contract import Check
from weighbridge.errors import FormatError
from weighbridge.registry.rescoring import rescored
from weighbridge.registry.schema import BY_NAME
from weighbridge.registry.store import Deed, Part, Store
from weighbridge.registry.weighing import Scales, Weighed, checks_named, coded_schema
from weighbridge.registry.writing import completed, digest_of, parquet_writer, part_path

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

# Called with the models weighed and those to weigh.
Progress = Callable[[int, int], None]
_TABLES = ("measurements", "scores")


class Group(msgspec.Struct, frozen=True):
    """A row group of a Parquet file."""

    path: str
    number: int
    rows: int

    def __str__(self) -> str:
        return f"{self.path}#{self.number}"


class Task(msgspec.Struct, frozen=True):
    """What is to be done for the models of a row group: `codes` are the checks to judge, `old` the rows that there are."""

    folder: str
    models: Group
    cards: tuple[Group, ...]
    snapshot: datetime.date
    codes: tuple[str, ...]
    kept: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


# Does tasks in any order and yields each with the files that came of it, as soon as they are there.
Engine = Callable[[Sequence[Task]], Iterator[tuple[Task, list[Part]]]]


class Measured(msgspec.Struct, frozen=True):
    """What a run of measuring did; `left` counts the models whose verdicts were there already."""

    snapshot: datetime.date
    models: int
    verdicts: int
    left: int


def measure(
    store: Store,
    snapshot: datetime.date,
    checks: tuple[Check, ...],
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Measured:
    """Bring the verdicts and scores of a snapshot up to date with the checks, on this machine's cores or another engine."""
    with store.locked():
        panel = {check.code: check.version for check in checks}
        name = digest_of(*(f"{code}@{version}" for code, version in sorted(panel.items())))[:12]
        tasks, left = _tasks(store, snapshot, panel)
        total, models, verdicts = sum(task.models.rows for task in tasks), 0, 0
        for task, parts in (engine or processes())(tasks):
            store.commit(
                [msgspec.structs.replace(part, panel=name) for part in parts], removed=task.old, panels={name: panel}
            )
            models += task.models.rows
            verdicts += sum(part.rows for part in parts if part.table == "measurements")
            if progress:
                progress(models, total)
        if tasks:
            store.commit([], Deed("measure", name, snapshot, __version__, {"models": models, "measurements": verdicts}))
    return Measured(snapshot, models, verdicts, left)


def _tasks(store: Store, snapshot: datetime.date, panel: dict[str, int]) -> tuple[list[Task], int]:
    """Return what is left to do, and how many models need nothing."""
    held: dict[str, list[Part]] = {}
    for table in _TABLES:
        for part in store.parts(table, snapshot):
            held.setdefault(part.covers, []).append(part)
    cards = _Cards(store, snapshot)
    tasks, left = [], 0
    for group in _groups(store, "models", snapshot):
        old = held.get(str(group), [])
        have = store.manifest.panels.get(old[0].panel, {}) if old else {}
        codes = tuple(sorted(code for code, version in panel.items() if have.get(code) != version))
        if not codes and have.keys() == panel.keys():
            left += group.rows
            continue
        kept = tuple(sorted(panel.keys() - set(codes)))
        paths = tuple(part.path for part in old)
        tasks.append(Task(str(store.folder), group, cards.of(group), snapshot, codes, kept, paths))
    return tasks, left


def _groups(store: Store, table: str, snapshot: datetime.date) -> Iterator[Group]:
    """Yield the row groups of a table."""
    for part in store.parts(table, snapshot):
        with _parquet(store.folder / part.path) as file:
            metadata = file.metadata
        for number in range(metadata.num_row_groups):
            yield Group(part.path, number, metadata.row_group(number).num_rows)


class _Cards:
    """In which row groups of the cards a model's card stands."""

    def __init__(self, store: Store, snapshot: datetime.date) -> None:
        self._folder = store.folder
        self._groups = list(_groups(store, "cards", snapshot))
        self._place: dict[str, int] = {}
        for place, group in enumerate(self._groups):
            self._place.update(dict.fromkeys(_ids(self._folder, group), place))

    def of(self, models: Group) -> tuple[Group, ...]:
        """Return the row groups that hold the cards of some models."""
        places = {place for name in _ids(self._folder, models) if (place := self._place.get(name)) is not None}
        return tuple(self._groups[place] for place in sorted(places))


def _ids(folder: Path, group: Group) -> list[str]:
    """Return the registries and names of a row group's models, each as one text."""
    import pyarrow.compute as pc

    rows = _read(folder, group, ["registry", "id"])
    return pc.binary_join_element_wise(rows["registry"], rows["id"], "\0").to_pylist()  # type: ignore[no-any-return]


def _read(folder: Path, group: Group, columns: list[str]) -> pa.Table:
    with _parquet(folder / group.path) as file:
        return file.read_row_group(group.number, columns=columns)


@contextlib.contextmanager
def _parquet(path: Path) -> Iterator[pq.ParquetFile]:
    """Open one of the dataset's files. Raises `FormatError` for one that is damaged, or is gone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0][:200]
        raise FormatError(
            f"{path} cannot be read: {reason}", where=str(path), hint="Make the dataset anew, or restore the file."
        ) from None


def processes(workers: int | None = None) -> Engine:
    """Return an engine of processes of this machine, as many as there are cores unless told otherwise."""
    return functools.partial(_side_by_side, workers=workers or os.cpu_count() or 1)


def _side_by_side(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, list[Part]]]:
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool:
        waiting: dict[Future[list[Part]], Task] = {}
        pending = iter(tasks)
        try:
            while True:
                while len(waiting) < 2 * workers and (task := next(pending, None)) is not None:
                    waiting[pool.submit(work, task)] = task
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def work(task: Task) -> list[Part]:
    """Weigh the models of one task, write their rows, and return the files, which do not count yet."""
    folder = Path(task.folder)
    weighed = _Worker.weigh(batch_of(folder, task), task)
    if task.old:
        weighed = rescored([folder / path for path in task.old], task.kept, weighed, task.snapshot)
    # The old files' names go in: a file never takes the name of one that it replaces.
    name = digest_of(str(task.models), *task.codes, *task.old)[:20]
    # A task may be done twice at a time: by a worker that was given up and by the one that took its place.
    name = f"{name}-{secrets.token_hex(4)}"
    return [_written(folder, table, getattr(weighed, table), task, name) for table in _TABLES]


def batch_of(folder: Path, task: Task) -> pa.RecordBatch:
    """Return the records of a task, each with its card where there is one."""
    import pyarrow as pa

    models = _read(folder, task.models, ["registry", "id", "record"])
    texts: dict[tuple[str, str], str] = {}
    for group in task.cards:
        cards = _read(folder, group, ["registry", "id", "text"])
        texts.update(
            zip(
                zip(cards["registry"].to_pylist(), cards["id"].to_pylist(), strict=True),
                cards["text"].to_pylist(),
                strict=True,
            )
        )
    keys = zip(models["registry"].to_pylist(), models["id"].to_pylist(), strict=True)
    found = models.append_column("card", pa.array([texts.get(key) for key in keys], pa.string()))
    return found.combine_chunks().to_batches()[0]


class _Worker:
    """What a process keeps from one task to the next."""

    scales: ClassVar[dict[tuple[tuple[str, ...], datetime.date], Scales]] = {}

    @classmethod
    def weigh(cls, batch: pa.RecordBatch, task: Task) -> Weighed:
        key = (task.codes, task.snapshot)
        if key not in cls.scales:
            cls.scales[key] = Scales(checks_named(task.codes), task.snapshot)
        return cls.scales[key].weigh(batch, task.snapshot)


def _written(folder: Path, table: str, rows: pa.Table, task: Task, name: str) -> Part:
    path = part_path(folder, table, task.snapshot, name)
    with parquet_writer(path, BY_NAME[table], coded_schema(BY_NAME[table])) as writer:
        writer.write_table(rows)
    part = completed(folder, table, path, task.snapshot, rows.num_rows)
    return msgspec.structs.replace(part, covers=str(task.models))
