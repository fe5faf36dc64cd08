"""Writing the parts of a dataset: one Parquet file a table, which counts only when all of them are complete."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge import __version__
from weighbridge.registry.schema import BY_NAME, Table, arrow_schema
from weighbridge.registry.store import Deed, Part, Store, sync_folder

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

# A file of more rows than that makes room for the next one, so that engines can share the work.
_ROWS = 2_000_000
# Rows of a row group, where that is to be less than what comes at once: models are measured a row group at a time.
_GROUPS = {"models": 5_000}
# Columns whose values rarely repeat: a dictionary of them would be made in vain.
_UNIQUE = frozenset({"sha", "sha256", "text", "record", "commit", "message", "excerpt", "written"})


class Parts:
    """The files that one deed writes."""

    def __init__(self, store: Store, snapshot: datetime.date, verb: str, source: str) -> None:
        self._store = store
        self._snapshot = snapshot
        self._verb = verb
        self._source = source
        self._number = len(store.manifest.deeds)
        self._open: dict[str, tuple[Path, pq.ParquetWriter, int]] = {}
        self._done: list[Part] = []
        self.rows: dict[str, int] = {}

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Append rows to the tables."""
        for name, rows in tables.items():
            if rows.num_rows:
                self._append(BY_NAME[name], rows)

    def finish(self) -> None:
        """Complete the files and let them count."""
        for name in sorted(self._open):
            self._close(name)
        self._store.commit(self._done, Deed(self._verb, self._source, self._snapshot, __version__, self.rows))

    def abandon(self) -> None:
        """Let go of what was written."""
        for path, writer, _ in self._open.values():
            with contextlib.suppress(OSError):
                writer.close()
            path.unlink(missing_ok=True)
        for part in self._done:
            (self._store.folder / part.path).unlink(missing_ok=True)

    def _append(self, table: Table, rows: pa.Table) -> None:
        path, writer, count = self._open.get(table.name) or self._begin(table)
        writer.write_table(rows.cast(arrow_schema(table)), row_group_size=_GROUPS.get(table.name))
        self.rows[table.name] = self.rows.get(table.name, 0) + rows.num_rows
        self._open[table.name] = (path, writer, count + rows.num_rows)
        if count + rows.num_rows >= _ROWS:
            self._close(table.name)

    def _begin(self, table: Table) -> tuple[Path, pq.ParquetWriter, int]:
        number = sum(part.table == table.name for part in self._done)
        path = part_path(self._store.folder, table.name, self._snapshot, f"{self._number:05d}-{number:04d}")
        return path, parquet_writer(path, table), 0

    def _close(self, name: str) -> None:
        path, writer, count = self._open.pop(name)
        writer.close()
        self._done.append(completed(self._store.folder, name, path, self._snapshot, count))


@contextlib.contextmanager
def writing(store: Store, snapshot: datetime.date, verb: str, source: str) -> Iterator[Parts]:
    """Write parts that count together once the block is left without an error."""
    with store.locked():
        parts = Parts(store, snapshot, verb, source)
        try:
            yield parts
        except BaseException:  # whatever stopped it, no half of it stays behind
            parts.abandon()
            raise
        parts.finish()


def part_path(folder: Path, table: str, snapshot: datetime.date, name: str) -> Path:
    """Return where a part lies, with the folder made."""
    place = folder / table / f"snapshot={snapshot.isoformat()}"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{name}.parquet"


def parquet_writer(path: Path, table: Table, schema: pa.Schema | None = None) -> pq.ParquetWriter:
    """Return a writer: Zstandard, statistics by page, and page borders that follow the content.

    So two versions of a file that differ in a few rows share most of their bytes, which storage that deduplicates keeps once.
    `schema` tells how the rows come, where that is not how the table is read.
    """
    import pyarrow.parquet as pq

    return pq.ParquetWriter(
        path,
        schema or arrow_schema(table),
        store_schema=False,
        compression="zstd",
        compression_level=1,
        use_dictionary=[column.name for column in table.columns if column.name not in _UNIQUE],
        write_page_index=True,
        use_content_defined_chunking=True,
    )


def completed(folder: Path, table: str, path: Path, snapshot: datetime.date, rows: int) -> Part:
    """Return the entry of a file that is complete, once it is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
    return Part(table, path.relative_to(folder).as_posix(), snapshot, rows, size)


def digest_of(*texts: str | bytes | None) -> str:
    """Return a short name for some content."""
    found = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "replace") if isinstance(text, str) else text or b""
        found.update(len(data).to_bytes(8, "little") + data)
    return found.hexdigest()[:32]
