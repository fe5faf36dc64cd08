"""A real Spark measures as this machine's processes do."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.registry.conftest import DAY, no_file_is_left_over, one_by_one, take, write_lines
from tests.registry.test_measure import records
from weighbridge.checks.catalogue import CHECKS
from weighbridge.cli.main import run
from weighbridge.registry import lines
from weighbridge.registry.measuring import measure
from weighbridge.registry.store import Store, created, opened

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="needs PySpark (the extra `spark`) and Java 17: apt install default-jre-headless",
)


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Store, Store]:
    """Two datasets of the same forty models in several row groups."""
    monkeypatch.setattr(lines, "_BLOCK", 4000)
    dump = write_lines(tmp_path / "d.jsonl", records(40))
    stores = created(tmp_path / "here"), created(tmp_path / "there")
    for store in stores:
        take(store, dump)
    return stores


def contents(store: Store) -> dict[tuple[str, str], str]:
    """Return the bytes, in short, of what each row group gave."""
    return {
        (part.table, part.covers): hashlib.sha256((store.folder / part.path).read_bytes()).hexdigest()
        for part in store.manifest.parts
        if part.covers
    }


def command(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [
        sys.executable,
        "-m",
        "weighbridge",
        "registry",
        "measure",
        str(folder),
        "-q",
        "--engine",
        "spark",
        *options,
    ]
    # Half the processor's time of so short a run would go into making the Java virtual machine's code fast.
    environment = {**os.environ, "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)


def damage_records(store: Store) -> None:
    """Overwrite the records of a dataset, which only who measures them reads."""
    path = store.paths("models")[0]
    metadata = pq.read_metadata(path)
    column = next(i for i in range(metadata.num_columns) if metadata.schema.column(i).name == "record")
    chunk = metadata.row_group(0).column(column)
    with path.open("r+b") as file:
        file.seek(chunk.data_page_offset)
        file.write(b"\xff" * 64)


@needs_spark
@pytest.mark.timeout(300)
def test_spark_gives_the_same_bytes(twins: tuple[Store, Store]) -> None:
    here, there = twins
    measure(here, DAY, CHECKS, engine=one_by_one)
    found = command(there.folder, "--workers", "2")
    assert found.returncode == 0, found.stderr
    assert "40 models measured" in found.stderr
    there.reload()
    assert len(contents(there)) > 4
    assert contents(there) == contents(here)
    assert no_file_is_left_over(there)


@needs_spark
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_that_cannot_read_the_dataset_is_told(twins: tuple[Store, Store]) -> None:
    store = twins[0]
    damage_records(store)
    found = command(store.folder, "--workers", "1")
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert "a worker of Spark could not measure" in found.stderr
    assert str(store.paths("models")[0]) in found.stderr


def test_what_is_missing_is_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    take(store, write_lines(tmp_path / "d.jsonl", records(1)))
    measuring = ["registry", "measure", str(store.folder), "-q"]
    assert run([*measuring, "--master", "spark://head:7077"]) == 2
    assert "--engine spark" in capsys.readouterr().err
    assert run([*measuring, "--engine", "spark", "--master", "spark://head:7077", "--workers", "2"]) == 2
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert run([*measuring, "--engine", "spark"]) == 2
    told: Any = capsys.readouterr().err
    assert "apt install default-jre-headless" in told or "weighbridge[spark]" in told
    assert not opened(store.folder).parts("scores")
