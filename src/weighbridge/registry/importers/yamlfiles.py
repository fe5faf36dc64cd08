"""YAML of other registries: OpenMMLab's metafiles, the Model Openness Tool, ecosystem graphs, and a local MLflow's models."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.registry.importers.contract import Head, Importer, said, slug
from weighbridge.registry.importers.documents import beginning, content
from weighbridge.registry.rows import Reject, Rows, batched

_LIMIT = 16 * 1024 * 1024
_MAX_FILES = 100_000
_SUFFIXES = frozenset({".yml", ".yaml"})


def _value(path: Path) -> Any:
    try:
        return parse_yaml(content(path, _LIMIT).decode("utf-8")).value
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not UTF-8", where=str(path)) from None


def _files(path: Path) -> list[Path]:
    """Return a YAML file, or those in a folder; links are not followed."""
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file() and not file.is_symlink())
    return sorted(found)[:_MAX_FILES]


def _documents(path: Path) -> Iterator[tuple[int, Any] | Reject]:
    for place, file in enumerate(_files(path), 1):
        try:
            yield place, _value(file)
        except FormatError as error:
            yield Reject(place, f"is no YAML that can be read: {error.message}"[:300], file.name)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _made(path: Path, make: Any) -> Iterator[Rows]:
    """Yield the records that a function makes of each document."""

    def found() -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
        place = 0
        for item in _documents(path):
            if isinstance(item, Reject):
                yield item
                continue
            for record in make(item[1]):
                place += 1
                yield place, record

    yield from batched(found())


def _openmmlab(document: Any) -> Iterable[dict[str, Any]]:
    collections = {str(c.get("Name")): c for c in _listed(_mapping(document).get("Collections")) if isinstance(c, dict)}
    for model in _listed(_mapping(document).get("Models")):
        if isinstance(model, dict):
            yield _openmmlab_record(model, _mapping(collections.get(str(model.get("In Collection")))))


def _openmmlab_record(model: Mapping[str, Any], collection: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {**_mapping(collection.get("Metadata")), **_mapping(model.get("Metadata"))}
    results = [_openmmlab_result(result) for result in _listed(model.get("Results")) if isinstance(result, dict)]
    weights = model.get("Weights")
    parameters = metadata.get("Parameters")
    architecture = [str(part) for part in _listed(metadata.get("Architecture"))]
    datasets = [str(name) for name in _listed(metadata.get("Training Data"))]
    return {
        "id": slug(str(model.get("Name") or "")),
        "library_name": "openmmlab",
        "pipeline_tag": next((slug(r["task"]["type"]).lower() for r in results if r["task"]["type"]), None),
        "config": {"model_type": model.get("In Collection"), "architectures": architecture},
        "safetensors": {"total": parameters} if isinstance(parameters, int) else None,
        "siblings": [{"rfilename": weights.rpartition("/")[2]}] if isinstance(weights, str) else None,
        "cardData": {"datasets": datasets} if datasets else None,
        "model-index": [{"results": results}] if results else None,
        "openmmlab": {"model": model, "collection": collection},
    }


def _openmmlab_result(result: Mapping[str, Any]) -> dict[str, Any]:
    metrics = [
        {"type": slug(str(name)).lower(), "name": str(name), "value": v}
        for name, v in _mapping(result.get("Metrics")).items()
    ]
    return {
        "task": {"type": str(result.get("Task") or "")},
        "dataset": {"type": str(result.get("Dataset") or ""), "name": str(result.get("Dataset") or "")},
        "metrics": metrics,
    }


def _openness(document: Any) -> Iterable[dict[str, Any]]:
    release = _mapping(_mapping(document).get("release"))
    if not release:
        return
    owner = slug(str(release.get("producer") or ""))
    name = slug(str(release.get("name") or ""))
    components = [c for c in _listed(release.get("components")) if isinstance(c, dict)]
    licences = sorted({str(c["license"]) for c in components if isinstance(said(c.get("license")), str)})
    yield {
        "id": f"{owner}/{name}" if owner and name and "/" not in name else name,
        "author": owner or None,
        "lastModified": _day(release.get("date")),
        "pipeline_tag": said(release.get("type")),
        "config": {"model_type": said(release.get("architecture"))},
        "cardData": {"license": licences} if licences else None,
        "openness": release,
    }


def _graphs(document: Any) -> Iterable[dict[str, Any]]:
    assets = [asset for asset in _listed(document) if isinstance(asset, dict)]
    datasets = {str(asset.get("name")) for asset in assets if asset.get("type") == "dataset"}
    for asset in assets:
        if asset.get("type") == "model":
            yield _asset(asset, datasets)


def _asset(asset: Mapping[str, Any], datasets: set[str]) -> dict[str, Any]:
    owner, name = slug(str(asset.get("organization") or "")), slug(str(asset.get("name") or ""))
    needs = [str(item) for item in _listed(asset.get("dependencies")) if said(item)]
    licence = said(_mapping(asset.get("license")).get("value", asset.get("license")))
    front = {
        "datasets": [need for need in needs if need in datasets],
        "base_model": [need for need in needs if need not in datasets],
        "license": licence if isinstance(licence, str) else None,
    }
    return {
        "id": f"{owner}/{name}" if owner and name else name,
        "author": owner or None,
        "createdAt": _day(_mapping(asset.get("created_date")).get("value", asset.get("created_date"))),
        "tags": [str(item) for item in _listed(asset.get("modality")) if isinstance(item, str)],
        "cardData": {key: value for key, value in front.items() if value} or None,
        "asset": asset,
    }


def _day(value: Any) -> str | None:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, str) and value[:4].isdecimal() else None


def _mlflow(path: Path) -> Iterator[Rows]:
    def found() -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
        files = sorted(file for file in path.rglob("MLmodel") if file.is_file() and not file.is_symlink())
        for place, file in enumerate(files[:_MAX_FILES], 1):
            try:
                yield place, _mlflow_record(path, file, _mapping(_value(file)))
            except FormatError as error:
                yield Reject(place, f"is no YAML that can be read: {error.message}"[:300], file.parent.name)

    yield from batched(found())


def _mlflow_record(root: Path, file: Path, model: Mapping[str, Any]) -> dict[str, Any]:
    folder = file.parent
    flavours = [str(name) for name in _mapping(model.get("flavors"))]
    inside = [item for item in sorted(folder.rglob("*"))[:_MAX_FILES] if item.is_file() and not item.is_symlink()]
    return {
        "id": slug(str(folder.relative_to(root) if folder != root else folder.name)),
        "sha": model.get("model_uuid"),
        "createdAt": _day(model.get("utc_time_created")),
        "library_name": next((name for name in flavours if name != "python_function"), next(iter(flavours), None)),
        "tags": flavours,
        "usedStorage": model.get("model_size_bytes"),
        "siblings": [{"rfilename": str(item.relative_to(folder)), "size": item.stat().st_size} for item in inside],
        "mlflow": model,
    }


def _mentions(head: Head, *words: str) -> bool:
    """Tell whether a YAML file, or the first YAML file of a folder, has words at the beginning of lines."""
    text = head.start
    if head.path.is_dir():
        files = _files(head.path)
        text = beginning(files[0]) if files else ""
    elif head.suffix not in _SUFFIXES:
        return False
    return all(f"\n{word}" in f"\n{text}" for word in words)


def _is_mlflow(head: Head) -> bool:
    return head.path.is_dir() and next(head.path.rglob("MLmodel"), None) is not None


IMPORTERS = (
    Importer("mlflow", "a local MLflow: a folder with logged models", "mlflow", _is_mlflow, _mlflow),
    Importer("openmmlab", "OpenMMLab's metafiles: a YAML file or a folder of them", "openmmlab",
             lambda h: _mentions(h, "Models:"), lambda path: _made(path, _openmmlab)),
    Importer("openness", "the Model Openness Tool: a YAML file or a folder of them", "openness",
             lambda h: _mentions(h, "framework:", "release:"), lambda path: _made(path, _openness)),
    Importer("ecosystem-graphs", "ecosystem graphs: a YAML file or a folder of them", "ecosystem-graphs",
             lambda h: _mentions(h, "- ") and (h.path.is_dir() or "type:" in h.start), lambda path: _made(path, _graphs)),
)  # fmt: skip
