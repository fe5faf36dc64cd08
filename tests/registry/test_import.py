"""Dumps of records become rows; what cannot be used is listed; nothing is taken by halves."""

from __future__ import annotations

import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.registry.conftest import DAY, reference, rows, take, write_lines
from weighbridge.errors import UsageError
from weighbridge.registry import importing, lines
from weighbridge.registry.importing import Report
from weighbridge.registry.rows import MAX_RECORD
from weighbridge.registry.schema import BY_NAME, TABLES, arrow_schema
from weighbridge.registry.store import Store, opened

Take = Callable[..., Report]

FULL = {
    "id": "acme/tiny", "sha": "a" * 40, "createdAt": "2024-01-02T03:04:05.000Z", "lastModified": "2025-02-03T04:05:06+02:00",
    "downloads": 12, "downloadsAllTime": 1200, "likes": 3, "pipeline_tag": "text-classification", "library_name": "transformers",
    "gated": "auto", "private": False, "disabled": False, "usedStorage": 99,
    "tags": ["pytorch", "dataset:imdb", "license:mit", "base_model:acme/base", "base_model:finetune:acme/base"],
    "siblings": [{"rfilename": "README.md"}, {"rfilename": "sub.v1/model.SafeTensors", "size": 7, "lfs": {"sha256": "AB"}}],
    "config": {"model_type": "bert", "architectures": ["BertModel", "Other"]},
    "safetensors": {"parameters": {"F32": 5}, "total": 5}, "ownerIsVerified": True,
    "cardData": {
        "license": ["mit", "apache-2.0"], "license_name": "own", "license_link": "LICENSE", "language": "en",
        "datasets": ["imdb", "sst2"], "base_model": ["acme/base", "acme/other"], "base_model_relation": "merge",
        "co2_eq_emissions": {"emissions": 12.5},
        "model-index": [{"name": "tiny", "results": [{
            "task": {"type": "text-classification"},
            "dataset": {"type": "imdb", "name": "IMDB", "config": "plain", "split": "test"},
            "metrics": [{"type": "accuracy", "value": 0.93}, {"type": "f1", "value": "n/a", "verified": True}],
            "source": {"url": "https://example.org"}}]}],
    },
    "card": "---\nlicense: mit\n---\n# Tiny ✓\n", "unheard": {"of": [1, None]},
}  # fmt: skip


def test_a_full_record_gives_rows_of_every_table(take_records: Take, store: Store) -> None:
    report = take_records(FULL)
    [model] = rows(store, "models")
    assert report.rows == {
        "models": 1, "files": 2, "cards": 1, "owners": 1, "edges": 3, "datasets": 3, "licences": 3, "claims": 2,
    }  # fmt: skip
    assert (model["owner"], model["name"], model["task"], model["model_type"]) == (
        "acme",
        "tiny",
        "text-classification",
        "bert",
    )
    assert model["created"] == datetime.datetime(2024, 1, 2, 3, 4, 5)
    assert model["modified"] == datetime.datetime(2025, 2, 3, 2, 5, 6)
    assert (model["licence"], model["languages"], model["architecture"]) == ("mit", ["en"], "BertModel")
    assert (model["parameters"], model["storage"], model["gated"], model["co2"]) == (5, 99, "auto", 12.5)
    assert model["has_card"]
    assert model["has_metadata"]


def test_the_record_is_kept_without_the_card(take_records: Take, store: Store) -> None:
    take_records(FULL)
    [model], [card] = rows(store, "models"), rows(store, "cards")
    assert json.loads(model["record"]) == {key: value for key, value in FULL.items() if key != "card"}
    assert card["text"] == FULL["card"]


@pytest.mark.parametrize("style", [{"separators": (",", ":")}, {"ensure_ascii": False}, {"indent": None}])
def test_however_a_record_is_written_the_card_leaves_it(
    take_records: Take, store: Store, style: dict[str, Any]
) -> None:
    take_records(json.dumps(FULL, **style), json.dumps({"card": "x", "id": "acme/first"}, **style))
    for model in rows(store, "models"):
        assert "card" not in json.loads(model["record"])


def test_what_is_declared_becomes_edges_datasets_licences_and_claims(take_records: Take, store: Store) -> None:
    take_records(FULL)
    edges = {(row["parent"], row["relation"], row["declared_in"]) for row in rows(store, "edges")}
    assert edges == {
        ("acme/base", "merge", "base_model"),
        ("acme/other", "merge", "base_model"),
        ("acme/base", "finetune", "tags"),
    }
    assert {(row["dataset"], row["declared_in"]) for row in rows(store, "datasets")} == {
        ("imdb", "datasets"), ("sst2", "datasets"), ("imdb", "tags"),
    }  # fmt: skip
    assert {(row["licence"], row["name"]) for row in rows(store, "licences")} == {
        ("mit", "own"),
        ("apache-2.0", "own"),
        ("mit", None),
    }
    first, second = rows(store, "claims")
    assert (first["metric"], first["value"], first["is_verified"], first["split"]) == ("accuracy", 0.93, False, "test")
    assert (second["metric"], second["value"], second["written"], second["is_verified"]) == ("f1", None, '"n/a"', True)


def test_files_are_read_in_both_shapes(take_records: Take, store: Store) -> None:
    take_records(FULL, {"id": "old", "siblings": [".gitattributes", "model.tar.gz"]})
    found = {(row["path"], row["extension"], row["size"], row["sha256"]) for row in rows(store, "files")}
    assert found == {
        ("README.md", "md", None, None), ("sub.v1/model.SafeTensors", "safetensors", 7, "ab"),
        (".gitattributes", None, None, None), ("model.tar.gz", "gz", None, None),
    }  # fmt: skip
    assert [row["has_card"] for row in rows(store, "models")] == [True, False]


def test_fields_of_another_kind_are_not_said(take_records: Take, store: Store) -> None:
    take_records({"id": "odd", "downloads": "many", "likes": -4, "tags": "x", "siblings": 5, "config": [], "cardData": "text",
                  "safetensors": "?", "card": 7, "model-index": {"error": "no"}, "baseModels": []})  # fmt: skip
    [model] = rows(store, "models")
    assert (model["downloads"], model["likes"], model["tags"], model["parameters"], model["has_card"]) == (
        None,
        None,
        None,
        None,
        True,
    )


def test_bad_rows_are_skipped_counted_and_listed(take_records: Take, store: Store) -> None:
    report = take_records(
        {"id": "good/one"}, '{"id": "cut', b'{"id": "caf\xe9"}', "[1, 2]", {"name": "nobody"}, {"id": "a b"}, "",
        {"id": "good/one"}, {"id": "late", "lastModified": "2031-01-01T00:00:00Z"}, {"id": "x" * 400}, {"id": "good/two"},
    )  # fmt: skip
    listed = {(row["place"], row["reason"].partition(":")[0].partition(" (")[0]) for row in rows(store, "rejects")}
    assert [row["id"] for row in rows(store, "models")] == ["good/one", "good/two"]
    assert listed == {
        (2, "is no JSON"), (3, "is not UTF-8"), (4, "is no JSON object"), (5, "names no model"), (6, "has an id that is no name"),
        (8, "stands twice in the dump"), (9, "has a date after the snapshot's"), (10, "has an id that is no name"),
    }  # fmt: skip
    assert sum(report.rejected.values()) == len(listed)
    assert not report.is_complete


def test_a_record_beyond_the_limit_costs_itself_alone(tmp_path: Path, store: Store) -> None:
    dump = write_lines(tmp_path / "big.jsonl", [{"id": "a"}, {"id": "b", "card": "x" * (3 * MAX_RECORD)}, {"id": "c"}])
    report = take(store, dump)
    assert [row["id"] for row in rows(store, "models")] == ["a", "c"]
    assert report.rejected == {"is larger than 16 MiB": 1}
    assert rows(store, "rejects")[0]["place"] == 2


def test_lines_are_whole_whatever_the_blocks(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"m{number}" * (number % 7 + 1) for number in range(50)]
    dump = write_lines(tmp_path / "d.jsonl", [{"id": name} for name in names])
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr(lines, "_BLOCK", size)
        found = [(place, line.strip()) for batch in lines.read_lines(dump)
                 for place, line in zip(batch.places.to_pylist(), batch.lines.to_pylist(), strict=True)]  # fmt: skip
        assert found == [(i, json.dumps({"id": name})) for i, name in enumerate(names, 1)]


@pytest.mark.parametrize("kind", ["gzip", "zstd", "bz2"])
def test_compressed_dumps_are_unpacked_by_their_content(tmp_path: Path, store: Store, kind: str) -> None:
    path = tmp_path / "dump"
    with pa.CompressedOutputStream(str(path), kind) as file:
        file.write(b'{"id": "a/b"}\n{"id": "c/d"}')
    take(store, path)
    assert [row["id"] for row in rows(store, "models")] == ["a/b", "c/d"]


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_truncated_dump_is_told(tmp_path: Path, store: Store, kind: str) -> None:
    whole = tmp_path / "whole"
    with pa.CompressedOutputStream(str(whole), kind) as file:
        file.write(b"".join(b'{"id": "m%d", "tags": ["%x"]}\n' % (i, i * 7919) for i in range(20_000)))
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    report = take(store, cut)
    assert report.rows["models"] > 5_000
    assert any("ends in the middle" in row["reason"] for row in rows(store, "rejects"))
    assert not report.is_complete


def test_another_encoding_is_refused(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes('{"id": "a"}\n'.encode("utf-16"))
    with pytest.raises(UsageError, match="shape"):
        take(store, path)


def test_a_dump_given_twice_changes_nothing(take_records: Take, store: Store) -> None:
    take_records(FULL)
    report = take_records(FULL, {"id": "new"})
    assert (report.known, report.rows) == (1, {"models": 1})
    assert len(rows(store, "claims")) == 2


def test_the_same_model_may_stand_on_two_days_and_in_two_registries(tmp_path: Path, store: Store) -> None:
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "m"}])
    take(store, dump)
    take(store, dump, DAY + datetime.timedelta(days=1))
    take(store, dump, registry="timm")
    assert {(row["snapshot"], row["registry"]) for row in rows(store, "models")} == {
        (DAY, "huggingface"), (DAY + datetime.timedelta(days=1), "huggingface"), (DAY, "timm"),
    }  # fmt: skip


def test_names_are_told_apart_across_batches(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 200)
    dump = write_lines(tmp_path / "d.jsonl", [{"id": f"m{i % 30}", "tags": ["dataset:x"]} for i in range(60)])
    report = take(store, dump)
    assert len(rows(store, "models")) == len(rows(store, "datasets")) == 30
    assert report.rejected == {"stands twice in the dump": 30}


def test_an_import_that_fails_leaves_nothing(take_records: Take, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    take_records({"id": "first"})
    before = sorted(store.folder.rglob("*"))
    monkeypatch.setattr(importing, "rejects_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_records({"id": "second"})
    assert sorted(store.folder.rglob("*")) == before
    assert [row["id"] for row in rows(opened(store.folder), "models")] == ["first"]


def test_files_have_the_documented_columns(take_records: Take, store: Store) -> None:
    take_records(FULL, "broken")
    for table in TABLES:
        for path in store.paths(table.name):
            assert pq.read_schema(path).equals(arrow_schema(table))
    assert {part.table for part in store.manifest.parts} >= {"models", "rejects", "claims"}
    assert set(BY_NAME) == {table.name for table in TABLES}


def test_the_same_dump_gives_the_same_bytes(tmp_path: Path) -> None:
    from weighbridge.registry.store import created

    dump = write_lines(tmp_path / "d.jsonl", [FULL, *({"id": f"m{i}", "tags": ["license:mit"]} for i in range(500))])
    stores = [created(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        take(store, dump)
    for one, two in zip(*(store.manifest.parts for store in stores), strict=True):
        assert (stores[0].folder / one.path).read_bytes() == (stores[1].folder / two.path).read_bytes()


def test_the_records_of_2022(store: Store) -> None:
    take(store, reference("icse23/hub-records-2022.jsonl.gz"), datetime.date(2022, 6, 26))
    models, files = rows(store, "models"), rows(store, "files")
    weights = {row["id"] for row in files if row["path"].endswith((".bin", ".pt", ".pth", ".ckpt", ".pkl"))}
    assert len(models) == 4223
    assert sum(model["has_card"] for model in models) == 3232
    assert sum("license:" in " ".join(model["tags"]) for model in models) == 1731
    assert not [row for row in files if row["extension"] == "safetensors"]
    assert len({row["owner"] for row in models}) in {1439, 1440}
    assert 0.95 < len(weights) / len(models) < 0.97
    with gzip.open(reference("icse23/hub-records-2022.jsonl.gz")) as file:
        assert [json.loads(row["record"]) for row in models] == [json.loads(line) for line in file]
