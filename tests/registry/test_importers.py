"""Public dumps in their own shapes land in the same tables."""

from __future__ import annotations

import datetime
import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.registry.conftest import DAY, reference, rows, take
from weighbridge.errors import FormatError, UsageError
from weighbridge.registry.importers.catalogue import IMPORTERS, importer_for
from weighbridge.registry.store import Store


def only(store: Store, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(store, table)]


@pytest.mark.parametrize(
    ("name", "shape", "table", "count"),
    [
        ("icse23/hub-top1000-2022.jsonl.gz", "hub-records", "models", 1000),
        ("icse23/downloads-2022.csv.gz", "downloads", "packages", 59631),
        ("icse23/top20npm_downloads.csv", "top-downloads", "packages", 20),
        ("icse23/top20pypi_downloads.csv", "top-downloads", "packages", 20),
        ("icse23/top20model_downloads.csv", "top-downloads", "packages", 20),
        ("peatmoss/popular-models-2023.json", "popular", "models", 1461),
        ("peatmoss/uses-with-licences.csv.gz", "uses", "dependents", 22860),
        ("peatmoss/github-licences.json.gz", "repository-licences", "repositories", 36884),
        ("claims/timm-results-imagenet.csv.gz", "timm", "models", 1266),
    ],
)
def test_real_files_are_told_and_taken(store: Store, name: str, shape: str, table: str, count: int) -> None:
    path = reference(name)
    assert importer_for(path).name == shape
    assert take(store, path).rows[table] == count
    again = take(store, path)
    assert not again.rows
    assert sum(part.rows for part in store.parts(table)) == count


def test_the_owners_of_2022(store: Store) -> None:
    take(store, reference("icse23/model-ids-2022-08.txt.gz"))
    owners: dict[str, int] = {}
    for row in rows(store, "models"):
        owners[row["owner"] or ""] = owners.get(row["owner"] or "", 0) + 1
    owners.pop("")
    largest = sorted(owners.values(), reverse=True)
    assert sum(part.rows for part in store.parts("models")) == 63_367
    assert round(sum(largest[:10]) / 63_367, 3) == 0.169


def test_timm_gives_claims(store: Store) -> None:
    take(store, reference("claims/timm-results-imagenet.csv.gz"))
    first = next(row for row in rows(store, "claims") if row["id"] == "eva02_large_patch14_448.mim_m38m_ft_in22k_in1k")
    assert (first["metric_name"], first["value"], first["dataset"]) == ("top1 accuracy", 90.056, "imagenet-1k")
    assert rows(store, "models")[0]["parameters"] == 305_080_000
    assert len(rows(store, "claims")) == 2 * 1556


def test_a_dump_of_the_hubs_models_in_parquet(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "models.parquet"
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9)
    table = pa.table({
        "id": ["acme/one", "acme/two", None],
        "author": ["acme", "acme", "x"],
        "createdAt": pa.array([moment, moment, None], pa.timestamp("us")),
        "downloads": [5, None, 1],
        "tags": [["license:mit", "dataset:imdb"], [], None],
        "siblings": [["README.md", "model.bin"], None, None],
        "cardData": ['{"license": "mit", "language": ["de"]}', "no json", None],
        "config": ['{"model_type": "bert", "architectures": ["BertModel"]}', None, None],
        "safetensors": pa.array([{"total": 7}, None, None]),
        "baseModels": pa.array([{"relation": "finetune", "models": [{"id": "acme/base"}]}, None, None]),
    })  # fmt: skip
    pq.write_table(table, path)
    report = take(store, path)
    assert only(store, "models", "id", "downloads", "parameters", "model_type", "languages", "created") == [
        ("acme/one", 5, 7, "bert", ["de"], moment), ("acme/two", None, None, None, None, moment),
    ]  # fmt: skip
    assert only(store, "edges", "id", "parent", "relation") == [("acme/one", "acme/base", "finetune")]
    assert only(store, "files", "path") == [("README.md",), ("model.bin",)]
    assert report.rejected == {"names no model": 1}
    assert "cardData" not in rows(store, "rejects")[0]["reason"]


def test_cards_with_metadata_in_parquet(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cards.parquet"
    cards = [
        "---\nlicense: apache-2.0\nlanguage:\n- de\ndatasets: imdb\n---\n# One\n",
        "# No front matter",
        "---\na: [\n---\n",
        None,
    ]
    pq.write_table(
        pa.table(
            {"modelId": [f"acme/{i}" for i in range(4)], "last_modified": ["2024-01-01T00:00:00Z"] * 4, "card": cards}
        ),
        path,
    )
    assert importer_for(path).name == "cards"
    take(store, path)
    assert only(store, "models", "id", "licence", "languages", "has_card") == [
        ("acme/0", "apache-2.0", ["de"], True), ("acme/1", None, None, True), ("acme/2", None, None, True), ("acme/3", None, None, None),
    ]  # fmt: skip
    assert only(store, "cards", "text") == [(text,) for text in cards if text]


def test_a_parquet_file_that_was_cut_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cut.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError, match="Parquet"):
        take(store, path)
    assert not store.snapshots


def test_peatmoss(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "PeaTMOSS.db"
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE model (id INTEGER, context_id TEXT, sha TEXT, repo_url TEXT, downloads INTEGER, likes INTEGER);
        INSERT INTO model VALUES (3, 'acme/late', 'c', '', 1, 0), (1, 'acme/early', 'a', '', 9, 2), (2, NULL, 'b', '', 0, 0);
        CREATE TABLE tag (id INTEGER, name TEXT); INSERT INTO tag VALUES (1, 'license:mit'), (2, 'pytorch');
        CREATE TABLE model_to_tag (model_id INTEGER, tag_id INTEGER); INSERT INTO model_to_tag VALUES (3, 2), (1, 1), (1, 2);
        CREATE TABLE dataset (id INTEGER, name TEXT); INSERT INTO dataset VALUES (7, 'imdb');
        CREATE TABLE model_to_dataset (model_id INTEGER, dataset_id INTEGER); INSERT INTO model_to_dataset VALUES (3, 7);
        CREATE TABLE base_model (id INTEGER, name TEXT); INSERT INTO base_model VALUES (1, 'bert-base-uncased');
        CREATE TABLE model_to_base_model (model_id INTEGER, base_model_id INTEGER); INSERT INTO model_to_base_model VALUES (3, 1);
    """)
    database.close()
    report = take(store, path)
    assert only(store, "models", "id", "downloads", "tags") == [
        ("acme/early", 9, ["license:mit", "pytorch"]),
        ("acme/late", 1, ["pytorch"]),
    ]
    assert only(store, "datasets", "id", "dataset") == [("acme/late", "imdb")]
    assert only(store, "edges", "id", "parent") == [("acme/late", "bert-base-uncased")]
    assert report.rejected == {"names no model": 1}


def test_a_hostile_database_costs_its_rows(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with sqlite3.connect(path) as database:
        database.executescript("""
            CREATE TABLE model(id, context_id, downloads);
            CREATE TABLE tag(id, name);
            CREATE TABLE model_to_tag(model_id, "t"" OR 1 --");
            INSERT INTO model VALUES (1, 'a/b', 5), ('x', 'c/d', 6), (NULL, 'e/f', 1), (3, CAST(x'612fff' AS TEXT), 2);
            INSERT INTO tag VALUES (1, 't');
            INSERT INTO model_to_tag VALUES (NULL, 1), ('z', 1), (1, 1);
            CREATE VIEW license AS
                WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT id, 'mit' AS name FROM c;
            CREATE TABLE model_to_license(model_id, license_id);
        """)
    take(store, path)
    assert only(store, "models", "id", "tags") == [("a/b", ["t"]), ("a/\ufffd", [])]
    assert [row["reason"] for row in rows(store, "rejects")] == ["has no number"] * 2


def test_a_database_of_something_else_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
    with pytest.raises(FormatError, match="no table of models"):
        take(store, path)


def test_ptmtorrent(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "onnxmodelzoo.json"
    path.write_text(json.dumps([
        {"id": 1, "ModelHub": {"ModelHubName": "ONNX Model Zoo"}, "ModelName": "MNIST", "ModelOwner": "ONNX", "ModelURL": "u",
         "Datasets": [{"DatasetName": "MNIST"}], "LatestGitCommitSHA": "abc", "ModelTask": "Image Classification", "ModelArchitecture": "CNN"},
        {"id": 2, "ModelHub": {}, "ModelName": "", "ModelOwner": ""}, 5,
    ]))  # fmt: skip
    report = take(store, path, registry="onnx-zoo")
    assert only(store, "models", "registry", "id", "task", "model_type", "sha") == [
        ("onnx-zoo", "ONNX/MNIST", "image-classification", "CNN", "abc")
    ]
    assert only(store, "datasets", "dataset") == [("MNIST",)]
    assert sum(report.rejected.values()) == 2


def test_the_onnx_model_zoo(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "ONNX_HUB_MANIFEST.json"
    path.write_text(json.dumps([
        {"model": "MNIST", "model_path": "vision/classification/mnist/model/mnist-8.onnx", "onnx_version": "1.3", "opset_version": 8,
         "metadata": {"model_sha": "2F06", "model_bytes": 26454, "tags": ["vision", "classification"]}},
        {"model": "Broken", "model_path": "x/broken.onnx", "opset_version": 1, "metadata": None},
    ]))  # fmt: skip
    take(store, path)
    assert only(store, "models", "registry", "id", "library", "storage") == [
        ("onnx-zoo", "mnist-8", "onnx", 26454),
        ("onnx-zoo", "broken", "onnx", None),
    ]
    assert only(store, "files", "path", "sha256")[0] == ("vision/classification/mnist/model/mnist-8.onnx", "2f06")


def test_openmmlab(store: Store, tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "metafile.yml").write_text("""
Collections:
  - Name: ResNet
    Metadata:
      Training Data: ImageNet-1k
      Architecture: [ResNet]
Models:
  - Name: resnet18_8xb32_in1k
    In Collection: ResNet
    Metadata:
      FLOPs: 1820000000
      Parameters: 11690000
    Results:
      - Dataset: ImageNet-1k
        Task: Image Classification
        Metrics:
          Top 1 Accuracy: 69.90
          Top 5 Accuracy: 89.43
    Weights: https://download.openmmlab.com/resnet18.pth
""")
    (tmp_path / "configs" / "broken.yml").write_text("Models: [")
    report = take(store, tmp_path / "configs" / "metafile.yml")
    assert only(store, "models", "registry", "id", "task", "parameters") == [
        ("openmmlab", "resnet18_8xb32_in1k", "image-classification", 11690000)
    ]
    assert only(store, "claims", "metric", "value", "dataset") == [
        ("top-1-accuracy", 69.9, "ImageNet-1k"),
        ("top-5-accuracy", 89.43, "ImageNet-1k"),
    ]
    assert report.is_complete
    later = take(store, tmp_path / "configs", DAY + datetime.timedelta(days=1), shape="openmmlab")
    assert (later.rows["models"], sum(later.rejected.values())) == (1, 1)


def test_the_model_openness_tool(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "Aquila-VL-2B.yml"
    path.write_text("""
framework:
  name: 'Model Openness Framework'
  version: '1.0'
release:
  name: Aquila-VL-2B
  date: '2024-10-25'
  type: multimodal
  architecture: 'transformer decoder'
  producer: 'BAAI Institute'
  components:
    - {name: 'Model parameters (Final)', license: Apache-2.0}
    - {name: 'Model card', license: unknown}
""")
    take(store, path)
    assert only(store, "models", "registry", "id", "licence", "owner") == [
        ("openness", "BAAI-Institute/Aquila-VL-2B", "apache-2.0", "BAAI-Institute")
    ]


def test_ecosystem_graphs(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("""
- type: dataset
  name: Big Text
  organization: Acme
- type: model
  name: Acme Large
  organization: Acme
  created_date: {value: 2023-03-14}
  modality: text; text
  dependencies: [Big Text, Acme Base]
  license: {value: Apache 2.0}
""")
    take(store, path)
    assert only(store, "models", "registry", "id", "licence") == [("ecosystem-graphs", "Acme/Acme-Large", "apache 2.0")]
    assert only(store, "edges", "parent") == [("Acme Base",)]
    assert only(store, "datasets", "dataset") == [("Big Text",)]
    assert only(store, "models", "created") == [(datetime.datetime(2023, 3, 14),)]


def test_a_local_mlflow(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "mlruns" / "1" / "abc" / "artifacts" / "model"
    folder.mkdir(parents=True)
    (folder / "model.pkl").write_bytes(b"1234")
    (folder / "MLmodel").write_text(
        "flavors:\n  python_function: {loader_module: mlflow.sklearn}\n  sklearn: {sklearn_version: 1.5}\n"
        "model_uuid: 00aa\nutc_time_created: '2024-05-06 07:08:09.123456'\nmodel_size_bytes: 4\n"
    )
    (tmp_path / "mlruns" / "outside").symlink_to("/etc")
    take(store, tmp_path / "mlruns")
    assert only(store, "models", "registry", "id", "library", "sha", "storage") == [
        ("mlflow", "1/abc/artifacts/model", "sklearn", "00aa", 4)
    ]
    assert {path for (path,) in only(store, "files", "path")} == {"MLmodel", "model.pkl"}


@pytest.mark.parametrize(
    "text",
    [
        "Collections:\n- Name: [1]\nModels:\n- Name: [a]\n  In Collection: [x]\n  Metadata: {Parameters: 9999999999999999999999}\n",
        "- type: dataset\n  name: [1]\n- type: model\n  name: q\n  organization: o\n  dependencies: [1, [2]]\n",
    ],
)
def test_values_of_another_kind_stop_no_import(store: Store, tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(text)
    take(store, path)
    assert len(rows(store, "models")) == 1


def test_figures_that_are_none_are_rejected(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("5,npm\n4,npm\nnan,npm\ninf,npm\n1e300,npm\n-1,npm\n")
    take(store, path)
    assert only(store, "packages", "downloads") == [(5,), (4,)]
    assert [row["place"] for row in rows(store, "rejects")] == [3, 4, 5, 6]


def test_pytorch_hub(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    page = """---
layout: hub_detail
title: ResNet
tags: [vision, scriptable]
---

```python
model = torch.hub.load('acme/vision:v0.10.0', 'resnet18', pretrained=True)
# or
model = torch.hub.load("acme/vision", "resnet34", weights="IMAGENET1K_V1")
model = torch.hub.load('acme/vision:v0.11.0', 'resnet18', pretrained=True)
```
"""
    (folder / "acme_resnet.md").write_text(page)
    (folder / "empty.md").write_text("---\nlayout: hub_detail\ntitle: Nothing\n---\n")
    (folder / "odd.md").write_text("---\nlayout: hub_detail\ntags: {[\n---\n")
    (folder / "README.md").write_text("# How to add a model\n")
    assert importer_for(folder).name == importer_for(folder / "acme_resnet.md").name == "torch-hub"
    take(store, folder)
    assert only(store, "models", "registry", "id", "owner", "model_type", "tags") == [
        ("pytorch-hub", "acme/vision:resnet18", "acme", "ResNet", ["vision", "scriptable"]),
        ("pytorch-hub", "acme/vision:resnet34", "acme", "ResNet", ["vision", "scriptable"]),
    ]
    assert only(store, "cards", "text")[0] == (page,)
    assert [row["excerpt"] for row in rows(store, "rejects")] == ["empty.md", "odd.md"]


def test_keras_applications(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "index.md"
    path.write_text("""# Keras Applications

## Available models

| Model | Size (MB) | Top-1 Accuracy | Top-5 Accuracy | Parameters | Depth |
| ----- | ----: | ----: | ----: | ----: | ----: |
| [Xception](xception) | 88 | 79.0% | 94.5% | 22.9M | 81 |
| [VGG16](vgg/#vgg16-function) | 528 MB | 0.713 | 0.901 | 138,357,544 | 23 |
| [EfficientNetB0](efficientnet/#efficientnetb0-function) | 29 MB | - | - | 999999999999999999999999M | - |
""")
    assert importer_for(path).name == "keras"
    take(store, path)
    assert only(store, "models", "registry", "id", "parameters") == [
        ("keras", "Xception", 22_900_000), ("keras", "VGG16", 138_357_544), ("keras", "EfficientNetB0", None),
    ]  # fmt: skip
    assert only(store, "claims", "id", "metric_name", "value") == [
        ("Xception", "Top-1 Accuracy", 79.0), ("Xception", "Top-5 Accuracy", 94.5),
        ("VGG16", "Top-1 Accuracy", 0.713), ("VGG16", "Top-5 Accuracy", 0.901),
    ]  # fmt: skip


def test_bombs_and_odd_yaml_are_rejected(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "bomb.yml"
    path.write_text(
        "Models: &a [x]\n"
        + "".join(f"k{i}: &b{i} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" for i in range(3))
        + "!!python/object:os.system {}\n"
    )
    report = take(store, path)
    assert not report.rows.get("models")
    assert report.rejected


def test_other_json_is_no_dump(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text('{"name": "x", "version": "1"}')
    with pytest.raises(UsageError, match="no shape"):
        importer_for(path)


def test_every_importer_says_on_what_it_was_tried() -> None:
    assert len({importer.name for importer in IMPORTERS}) == len(IMPORTERS)
    assert all(importer.seen and importer.what for importer in IMPORTERS)
