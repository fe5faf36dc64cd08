"""Tables in CSV: lists of ids, downloads, uses, and timm's results."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from weighbridge.registry.importers.contract import Head, Importer, Plain
from weighbridge.registry.lines import read_lines
from weighbridge.registry.rows import Reject, Rows, batched, excerpt_of

_ID = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?")
_BATCH = 50_000
_FIELD_LIMIT = 1024 * 1024


def _lines(path: Path) -> Iterator[tuple[int, str] | Reject]:
    """Yield a file's lines with their numbers."""
    for rows in read_lines(path):
        yield from rows.rejects
        for place, line in zip(rows.places.to_pylist(), rows.lines.to_pylist(), strict=True):
            yield place, line.rstrip("\r\n")


def _cells(path: Path) -> Iterator[tuple[int, list[str]] | Reject]:
    """Yield the rows of a CSV file whose fields hold no line ends."""
    csv.field_size_limit(_FIELD_LIMIT)
    for item in _lines(path):
        if isinstance(item, Reject):
            yield item
            continue
        place, line = item
        try:
            yield place, next(csv.reader(io.StringIO(line)), [])
        except csv.Error as error:
            yield Reject(place, f"is no row of CSV: {error}", excerpt_of(line))


def _named(path: Path) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """Yield the rows of a CSV file by the names in its header."""
    header: list[str] | None = None
    for item in _cells(path):
        if isinstance(item, Reject):
            yield item
        elif header is None:
            header = item[1]
        elif len(item[1]) != len(header):
            yield Reject(
                item[0], f"has {len(item[1])} fields where the header has {len(header)}", excerpt_of(",".join(item[1]))
            )
        else:
            yield item[0], dict(zip(header, item[1], strict=True))


def _number(text: str) -> float | None:
    """Return a number that a column can hold; None for anything else, such as `nan`."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < 2**63 else None


def _ids(path: Path) -> Iterator[Rows]:
    def found() -> Iterator[tuple[int, dict[str, Any]] | Reject]:
        for item in _lines(path):
            if isinstance(item, Reject) or _ID.fullmatch(item[1].strip()):
                yield item if isinstance(item, Reject) else (item[0], {"id": item[1].strip()})
            else:
                yield Reject(item[0], "is no model id", excerpt_of(item[1]))

    yield from batched(found())


def _is_ids(head: Head) -> bool:
    lines = head.start.splitlines()[:-1][:200]
    return head.suffix == ".txt" and bool(lines) and all(_ID.fullmatch(line.strip()) for line in lines)


def _timm(path: Path) -> Iterator[Rows]:
    """Yield a record a model; one that was tried at several sizes of image has a result for each."""
    models: dict[str, tuple[int, list[dict[str, str]]]] = {}
    rejects: list[Reject] = []
    for item in _named(path):
        if isinstance(item, Reject):
            rejects.append(item)
        else:
            models.setdefault(item[1].get("model", ""), (item[0], []))[1].append(item[1])
    yield from batched(rejects)
    yield from batched((place, _timm_record(name, tried)) for name, (place, tried) in models.items())


def _timm_record(name: str, tried: list[dict[str, str]]) -> dict[str, Any]:
    size = _number(tried[0].get("param_count", "").replace(",", ""))
    return {
        "id": name,
        "pipeline_tag": "image-classification",
        "library_name": "timm",
        "config": {"model_type": name.partition(".")[0]},
        "safetensors": {"total": round(size * 1e6)} if size is not None else None,
        "model-index": [{"results": [_timm_result(row) for row in tried]}],
    }


def _timm_result(row: dict[str, str]) -> dict[str, Any]:
    metrics = [
        {"type": "accuracy", "name": f"{name} accuracy", "value": value}
        for name in ("top1", "top5")
        if (value := _number(row.get(name, ""))) is not None
    ]
    return {
        "task": {"type": "image-classification"},
        "dataset": {
            "type": "imagenet-1k",
            "name": "ImageNet-1k",
            "config": f"{row.get('img_size', '')} px",
            "split": "validation",
        },
        "metrics": metrics,
        "source": {"name": "timm's results"},
    }


def _plain(table: str, row_of: Callable[[int, Any], dict[str, Any] | Reject], items: Iterator[Any]) -> Iterator[Plain]:
    """Yield rows of a table of its own in batches."""
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for item in items:
        made = item if isinstance(item, Reject) else row_of(*item)
        rejects.append(made) if isinstance(made, Reject) else rows.append(made)
        if len(rows) >= _BATCH:
            yield Plain(table, tuple(rows), tuple(rejects))
            rows, rejects = [], []
    yield Plain(table, tuple(rows), tuple(rejects))


def _downloads(path: Path) -> Iterator[Plain]:
    ranks: dict[str, int] = {}

    def row(place: int, cells: list[str]) -> dict[str, Any] | Reject:
        count = _number(cells[0])
        if len(cells) < 2 or count is None or count < 0 or not cells[1]:
            return Reject(place, "is no number of downloads and a registry", excerpt_of(",".join(cells)))
        ranks[cells[1]] = ranks.get(cells[1], 0) + 1
        return {"registry": cells[1], "rank": ranks[cells[1]], "downloads": int(count)}

    yield from _plain("packages", row, _cells(path))


def _is_downloads(head: Head) -> bool:
    return head.suffix == ".csv" and bool(
        re.match(r"(downloads,registry\r?\n)?\d+,[a-z]+,?\r?\n\d+,[a-z]+", head.start)
    )


def _top(path: Path) -> Iterator[Plain]:
    registry = next((name for name in ("npm", "pypi") if name in path.name), "huggingface")

    def row(place: int, cells: dict[str, str]) -> dict[str, Any] | Reject:
        name = cells.get("model") or cells.get("repo")
        count = _number(cells.get("monthly_downloads") or cells.get("weekly_downloads") or "")
        if not name or count is None or count < 0:
            return Reject(place, "is no name and a number of downloads", excerpt_of(str(cells)))
        return {"registry": registry, "rank": place - 1, "name": name, "downloads": int(count)}

    yield from _plain("packages", row, _named(path))


def _uses(path: Path) -> Iterator[Plain]:
    known: set[tuple[str, str]] = set()

    def row(place: int, cells: list[str]) -> dict[str, Any] | Reject:
        if len(cells) != 4 or not cells[0] or not _ID.fullmatch(cells[1]):
            return Reject(place, "is no repository, model, address and licence", excerpt_of(",".join(cells)))
        if (cells[0], cells[1]) in known:
            return Reject(place, "stands twice in the dump", excerpt_of(",".join(cells)), cells[1])
        known.add((cells[0], cells[1]))
        return {"registry": "huggingface", "id": cells[1], "repository": cells[0], "model_licence": cells[3] or None}

    yield from _plain("dependents", row, _cells(path))


IMPORTERS = (
    Importer("timm", "timm's results on ImageNet (CSV)", "timm", lambda h: h.start.startswith("model,img_size,top1"), _timm, "the real file"),
    Importer("uses", "PeaTMOSS: repository, model, address, licence (CSV without header)", "huggingface",
             lambda h: h.start.startswith("github.com/") and "huggingface.co/" in h.start, _uses, "the real file"),
    Importer("downloads", "ICSE'23: downloads and registry of packages (CSV)", "", _is_downloads, _downloads, "the real file"),
    Importer("top-downloads", "ICSE'23: the most downloaded packages of a registry (CSV)", "",
             lambda h: bool(re.match(r"(,|)(model|repo),(monthly|weekly)_downloads", h.start)), _top, "the real files"),
    Importer("ids", "ids of models, one a line", "huggingface", _is_ids, _ids, "the real file"),
)  # fmt: skip
