"""Registries that are pages in Markdown: PyTorch Hub's models, and the table of Keras Applications."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.facts.frontmatter import split
from weighbridge.facts.markdown import scan
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.registry.importers.contract import Head, Importer, said, slug
from weighbridge.registry.importers.documents import beginning, content
from weighbridge.registry.rows import Reject, Rows, batched

_LIMIT = 4 * 1024 * 1024
_MAX_FILES = 100_000
_PAGE = "layout: hub_detail"
# A repository on GitHub with the tag that is loaded, if any, and the name of a model in it.
_LOAD = re.compile(
    r"""torch\.hub\.load\(\s*['"]([\w.-]{1,100}/[\w.-]{1,100})(?::[\w./-]{1,100})?['"]\s*,\s*['"]([\w.-]{1,100})['"]"""
)
_KERAS = "# Keras Applications"


def _text(path: Path) -> str:
    try:
        return content(path, _LIMIT).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not UTF-8", where=str(path)) from None


def _pages(path: Path) -> list[Path]:
    """Return a page, or the Markdown files in a folder; links are not followed."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.md") if file.is_file() and not file.is_symlink())[:_MAX_FILES]


def _torch_hub(path: Path) -> Iterator[Rows]:
    """Yield a record a model that a page loads; a folder's other pages are passed over."""

    def found() -> Iterator[tuple[int, Mapping[str, Any]] | Reject]:
        for place, page in enumerate(_pages(path), 1):
            if _PAGE not in beginning(page):
                continue
            try:
                records = _torch_records(_text(page))
            except FormatError as error:
                yield Reject(place, f"is no page that can be read: {error.message}"[:300], page.name)
                continue
            if not records:
                yield Reject(place, "loads no model with torch.hub.load", page.name)
            yield from ((place, record) for record in records)

    yield from batched(found())


def _torch_records(text: str) -> list[dict[str, Any]]:
    front = parse_yaml(split(text).front or "").value
    said_of_all: Mapping[str, Any] = front if isinstance(front, dict) else {}
    tags = said_of_all.get("tags")
    return [
        {
            "id": f"{repository}:{name}",
            "library_name": "pytorch",
            "tags": [slug(str(tag)) for tag in tags] if isinstance(tags, list) else None,
            "config": {"model_type": said(said_of_all.get("title"))},
            "card": text,
            "torch_hub": said_of_all,
        }
        for repository, name in dict.fromkeys(_LOAD.findall(text))
    ]


def _keras(path: Path) -> Iterator[Rows]:
    """Yield a record a row of the page's first table that names models and their parameters."""
    tables = (table for table in scan(_text(path)).tables if {"Model", "Parameters"} <= set(table.header))
    table = next(tables, None)
    if table is None:
        raise FormatError(f"{path} has no table of models", where=str(path))
    rows = (dict(zip(table.header, row, strict=True)) for row in table.rows)
    yield from batched((place, _keras_record(row)) for place, row in enumerate(rows, table.line + 2))


def _keras_record(row: Mapping[str, str]) -> dict[str, Any]:
    metrics = [
        {"type": "accuracy", "name": name, "value": value}
        for name in ("Top-1 Accuracy", "Top-5 Accuracy")
        if (value := _figure(row.get(name, ""))) is not None
    ]
    result = {
        "task": {"type": "image-classification"},
        "dataset": {"type": "imagenet-1k", "name": "ImageNet", "split": "validation"},
        "metrics": metrics,
        "source": {"name": "Keras Applications"},
    }
    parameters = _figure(row["Parameters"])
    return {
        "id": slug(row["Model"]),
        "pipeline_tag": "image-classification",
        "library_name": "keras",
        "config": {"model_type": slug(row["Model"])},
        "safetensors": {"total": round(parameters)} if parameters is not None else None,
        "model-index": [{"results": [result]}] if metrics else None,
        "keras": row,
    }


def _figure(text: str) -> float | None:
    """Return a number as the page writes it: `22,910,480`, `22.9M`, `0.790`, `79.0%`; None for anything else."""
    match = re.fullmatch(r"(\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)\s?([MK%]?)", text.strip())
    if match is None:
        return None
    number = float(match[1].replace(",", "")) * {"M": 1e6, "K": 1e3}.get(match[2], 1)
    return number if number < 2**53 else None


def _is_torch_hub(head: Head) -> bool:
    if head.path.is_dir():
        return any(_PAGE in beginning(page) for page in _pages(head.path))
    return head.suffix == ".md" and _PAGE in head.start[:4000]


IMPORTERS = (
    Importer("torch-hub", "PyTorch Hub: a page of its models (Markdown) or a folder of them", "pytorch-hub", _is_torch_hub, _torch_hub,
             "examples made like its pages"),
    Importer("keras", "Keras Applications: the page with their table (Markdown)", "keras",
             lambda h: h.suffix == ".md" and h.start.startswith(_KERAS), _keras, "examples made like its pages"),
)  # fmt: skip
