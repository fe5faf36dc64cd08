"""A registry's records into a dataset, measured and asked; beside DuckDB copying the same file to Parquet, which derives nothing.

    python -m benchmarks.registry [--count 300000] [--measured 20000] [--folder DIR]

Each part runs in a process of its own; wall and process time, and the largest of its memory (of one process, where there are several).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import registry_data

COLUMNS = {
    "id": "VARCHAR", "modelId": "VARCHAR", "author": "VARCHAR", "sha": "VARCHAR", "createdAt": "VARCHAR", "lastModified": "VARCHAR",
    "downloads": "BIGINT", "likes": "BIGINT", "pipeline_tag": "VARCHAR", "library_name": "VARCHAR", "gated": "VARCHAR",
    "private": "BOOLEAN", "disabled": "BOOLEAN", "tags": "JSON", "siblings": "JSON", "config": "JSON", "cardData": "JSON",
    "safetensors": "JSON", "card": "VARCHAR",
}  # fmt: skip


def bare(source: str, folder: str) -> int:
    """Copy the file with DuckDB alone."""
    import duckdb

    target = Path(folder) / "bare.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_json('{source}', format = 'newline_delimited', columns = {COLUMNS})) "
               f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)")  # fmt: skip
    return target.stat().st_size


def taken(source: str, folder: str) -> int:
    """Import the file as the command does."""
    import datetime

    from weighbridge.registry.derivation import Scope
    from weighbridge.registry.importers.catalogue import importer_for
    from weighbridge.registry.importing import import_rows
    from weighbridge.registry.store import created

    path, store = Path(source), created(Path(folder) / "hub")
    importer = importer_for(path)
    import_rows(store, importer.rows(path), Scope(datetime.date(2026, 1, 15), importer.registry, path.name))
    return sum(part.size for part in store.manifest.parts)


def measured(dataset: str, _: str) -> int:
    """Measure every model of a dataset."""
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry.measuring import measure
    from weighbridge.registry.store import latest, opened

    store = opened(Path(dataset))
    measure(store, latest(store), CHECKS)
    return sum(part.size for part in store.parts("measurements"))


def _in_child(work: Callable[[str, str], int], source: str, folder: str, answers: Any) -> None:
    begin = time.perf_counter()
    size = work(source, folder)
    wall = time.perf_counter() - begin
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    answers.send((wall, cpu, max(own.ru_maxrss, children.ru_maxrss) / 1024, size))


def run(work: Callable[[str, str], int], source: Path) -> tuple[float, float, float, int]:
    """Return wall and process seconds, megabytes of memory and bytes written of a part in a process of its own."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        process = context.Process(target=_in_child, args=(work, str(source), folder, sending))
        process.start()
        sending.close()  # so that a child that dies is an end, not a silence
        found = receiving.recv()
        process.join()
    return found  # type: ignore[no-any-return]


def told(name: str, count: int, found: tuple[float, float, float, int]) -> str:
    """Return a line of the comparison."""
    wall, cpu, memory, size = found
    return (
        f"{name:<12} {wall:7.1f} s  {cpu:7.1f} s of processors  {count / wall:9,.0f} records/s  {count / cpu:9,.0f} /s and core"
        f"  {memory:6,.0f} MB  writes {size / 1e6:,.1f} MB"
    )


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300_000)
    parser.add_argument("--measured", type=int, default=20_000, help="0 for none")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the data is made and written; a temporary folder by default")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="weighbridge-registry-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        source = written(folder, options.count)
        print(f"{options.count:,} records, {source.stat().st_size / 1e6:,.0f} MB, {os.cpu_count()} cores")
        for _ in range(options.turns):
            print(told("DuckDB COPY", options.count, run(bare, source)), flush=True)
            print(told("import", options.count, run(taken, source)), flush=True)
        if options.measured:
            few = written(folder, options.measured)
            with tempfile.TemporaryDirectory(dir=folder) as place:
                taken(str(few), place)
                print(told("measure", options.measured, run(measured, Path(place) / "hub")))
    finally:
        if options.folder is None:
            shutil.rmtree(folder)


def written(folder: Path, count: int) -> Path:
    """Return a file of so many records, made if it is not there."""
    path = folder / f"records-{count}.jsonl"
    return path if path.exists() else registry_data.write(path, count)


if __name__ == "__main__":
    main()
