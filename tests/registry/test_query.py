"""Questions in SQL are answered from the dataset's files, and from nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.registry.conftest import DAY
from weighbridge.errors import UsageError
from weighbridge.registry import Dataset, open_dataset
from weighbridge.registry.importing import Report
from weighbridge.registry.schema import TABLES
from weighbridge.registry.store import Store

Take = Callable[..., Report]


@pytest.fixture
def dataset(take_records: Take, store: Store) -> Dataset:
    take_records({"id": "a/x", "pipeline_tag": "fill-mask", "tags": ["license:mit"]}, {"id": "b/y", "downloads": 5})
    take_records({"id": "a/x"}, day=DAY + datetime.timedelta(days=7), name="later.jsonl")
    return open_dataset(store.folder)


def test_tables_are_those_of_the_newest_day(dataset: Dataset, store: Store) -> None:
    assert dataset.query("select id from models").rows() == [{"id": "a/x"}]
    first = open_dataset(store.folder, DAY)
    assert first.query("select id from models order by id").rows() == [{"id": "a/x"}, {"id": "b/y"}]
    assert dataset.query("select count(*) as n from history.models").rows() == [{"n": 3}]


def test_every_table_can_be_asked_even_an_empty_one(dataset: Dataset) -> None:
    for table in TABLES:
        answer = dataset.query(f"select * from history.{table.name} limit 1").arrow()
        assert answer.column_names == list(table.names)


def test_answers_come_as_arrow_polars_and_pandas(dataset: Dataset) -> None:
    answer = dataset.query("select registry, count(*) as n from history.models group by all")
    assert answer.arrow()["n"].to_pylist() == [3]
    assert answer.polars()["n"].to_list() == [3]
    assert answer.pandas()["n"].tolist() == [3]


def test_parameters_are_no_text(dataset: Dataset) -> None:
    asked = "select count(*) as n from history.models where id = $id"
    assert dataset.query(asked, {"id": "a/x"}).rows() == [{"n": 2}]
    assert dataset.query(asked, {"id": "' or 1=1 --"}).rows() == [{"n": 0}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from read_text('{secret}')",
        "select * from read_parquet('{secret}')",
        "select * from glob('/etc/*')",
        "select * from sniff_csv('/etc/passwd')",
        "copy models to '{secret}'",
        "copy (select 1) to '{folder}/models/x.parquet'",
        "attach '{secret}' as other",
        "create table t as select 1",
        "drop view models",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "select 1; select 2",
        "",
        "select getenv('HOME')",
        "export database '{folder}/x'",
        "call pragma_version()",
    ],
)
def test_nothing_else_can_be_read_and_nothing_written(dataset: Dataset, store: Store, tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    before = sorted(store.folder.rglob("*"))
    with pytest.raises(UsageError) as caught:
        dataset.query(sql.format(secret=secret, folder=store.folder))
    assert "a secret" not in caught.value.message
    assert secret.read_text() == "a secret"
    assert sorted(store.folder.rglob("*")) == before


def test_a_mistake_is_told_in_a_line(dataset: Dataset) -> None:
    with pytest.raises(UsageError, match="nonsense") as caught:
        dataset.query("select nonsense from models")
    assert "\n" not in caught.value.message
