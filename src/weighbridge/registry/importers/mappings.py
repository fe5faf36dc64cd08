"""JSON documents that are one mapping or one list: downloads by model, licences by repository, PTMTorrent, the ONNX model zoo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.registry.importers.contract import Head, Importer, Plain, said, slug
from weighbridge.registry.importers.documents import decoded
from weighbridge.registry.rows import Reject, Rows, batched, excerpt_of


def _mapping(path: Path) -> dict[str, Any]:
    found = decoded(path)
    if not isinstance(found, dict):
        raise FormatError(f"{path} is no mapping", where=str(path))
    return found


def _objects(path: Path) -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
    found = decoded(path)
    for place, item in enumerate(found if isinstance(found, list) else [found], 1):
        yield (place, item) if isinstance(item, dict) else Reject(place, "is no JSON object", excerpt_of(str(item)))


def _popular(path: Path) -> Iterator[Rows]:
    yield from batched(
        (place, {"id": name, "downloads": count})
        if type(count) is int
        else Reject(place, "has no number of downloads", id=name[:200])
        for place, (name, count) in enumerate(_mapping(path).items(), 1)
    )


def _licences(path: Path) -> Iterator[Plain]:
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for place, (name, found) in enumerate(_mapping(path).items(), 1):
        if found is None or (isinstance(found, list) and all(isinstance(item, str) for item in found)):
            rows.append({"repository": f"github.com/{name}", "licences": found or []})
        else:
            rejects.append(Reject(place, "has no list of licences", excerpt_of(str(found)), name[:200]))
    yield Plain("repositories", tuple(rows), tuple(rejects))


def _ptmtorrent(path: Path) -> Iterator[Rows]:
    def found() -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
        for item in _objects(path):
            yield item if isinstance(item, Reject) else (item[0], _ptmtorrent_record(item[1]))

    yield from batched(found())


def _ptmtorrent_record(item: Mapping[str, Any]) -> dict[str, Any]:
    name, owner = slug(str(item.get("ModelName") or "")), slug(str(item.get("ModelOwner") or ""))
    task = said(item.get("ModelTask"))
    listed = item.get("Datasets")
    datasets = (
        [d["DatasetName"] for d in listed if isinstance(d, dict) and said(d.get("DatasetName"))]
        if isinstance(listed, list)
        else []
    )
    return {
        "id": name if "/" in name or not owner else f"{owner}/{name}",
        "author": owner or None,
        "sha": said(item.get("LatestGitCommitSHA")),
        "pipeline_tag": slug(task).lower() if isinstance(task, str) else None,
        "config": {"model_type": said(item.get("ModelArchitecture"))},
        "cardData": {"datasets": datasets} if datasets else None,
        "ptmtorrent": item,
    }


def _onnx_zoo(path: Path) -> Iterator[Rows]:
    def found() -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
        for item in _objects(path):
            yield item if isinstance(item, Reject) else (item[0], _onnx_record(item[1]))

    yield from batched(found())


def _onnx_record(item: Mapping[str, Any]) -> dict[str, Any]:
    place = str(item.get("model_path") or "")
    more = item.get("metadata") if isinstance(item.get("metadata"), dict) else {}
    assert isinstance(more, dict)  # noqa: S101 - the line before sees to it
    file = {"rfilename": place, "size": more.get("model_bytes"), "lfs": {"sha256": more.get("model_sha")}}
    return {
        "id": slug(PurePosixPath(place).stem or str(item.get("model") or "")),
        "library_name": "onnx",
        "tags": more.get("tags"),
        "config": {"model_type": item.get("model")},
        "siblings": [file] if place else [],
        "usedStorage": more.get("model_bytes"),
        "onnx": item,
    }


def _maps_to(head: Head, value: str) -> bool:
    return (
        head.suffix == ".json"
        and bool(re.match(r'\{\s*"[\w./-]+"\s*:\s*' + value, head.start))
        and '"id"' not in head.start
    )


IMPORTERS = (
    Importer("popular", "PeaTMOSS: downloads by model (JSON)", "huggingface", lambda h: _maps_to(h, r"\d"), _popular, "the real file"),
    Importer("repository-licences", "PeaTMOSS: licences by repository on GitHub (JSON)", "", lambda h: _maps_to(h, r"(\[|null)"),
             _licences, "the real file"),
    Importer("ptmtorrent", "PTMTorrent's uniform schema (JSON)", "ptmtorrent", lambda h: '"ModelHub"' in h.start and '"ModelName"' in h.start,
             _ptmtorrent),
    Importer("onnx-zoo", "the ONNX model zoo's manifest (JSON)", "onnx-zoo", lambda h: '"model_path"' in h.start and '"opset_version"' in h.start,
             _onnx_zoo),
)  # fmt: skip
