"""Shard indices compared with the shards that are there."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.model import Format, Inspection

INDEX_LIMIT = 64 * 1024 * 1024
NAMES_SHOWN = 20

# Formats whose tensor names are written in an index as in the shards themselves.
_COMPARABLE = frozenset({Format.SAFETENSORS, Format.PYTORCH_ZIP, Format.PYTORCH_LEGACY})


class Shards(msgspec.Struct, frozen=True):
    """A shard index: which file holds which tensor, and how it compares with the shards that are there.

    `missing_files` are named and absent, `outside` point out of the repository, `missing_tensors` are in the index
    and in no shard, `extra_tensors` the other way round (both cut to 20 names), `total_size` the bytes the index
    states.
    """

    path: str
    files: tuple[str, ...]
    tensors: int
    total_size: int | None = None
    missing_files: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    missing_tensors: tuple[str, ...] = ()
    extra_tensors: tuple[str, ...] = ()


class _Index(msgspec.Struct):
    weight_map: dict[str, str]
    metadata: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Index)


def read_shards(path: str, data: bytes, listed: Mapping[str, Any], inspections: Mapping[str, Inspection]) -> Shards:
    """Compare one index with the files listed and inspected. Raises `FormatError` when it is no index."""
    try:
        index = _DECODER.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} is no shard index: {str(error)[:200]}", where=path) from None
    places = {name: inside(path, name) for name in sorted(set(index.weight_map.values()))}
    shards = {place for place in places.values() if place is not None}
    held = _tensor_names(inspections[place] for place in shards if place in inspections)
    readable = {
        name for name, place in places.items() if place in inspections and _is_comparable(inspections[str(place)])
    }
    absent = [tensor for tensor, name in index.weight_map.items() if name in readable and tensor not in held]
    total = (index.metadata or {}).get("total_size")
    return Shards(
        path=path,
        files=tuple(sorted(shards)),
        tensors=len(index.weight_map),
        total_size=int(total) if isinstance(total, int | float) and 0 <= total < 1 << 62 else None,
        missing_files=tuple(sorted(place for place in shards if place not in listed)),
        outside=tuple(name for name, place in places.items() if place is None),
        missing_tensors=tuple(sorted(absent)[:NAMES_SHOWN]),
        extra_tensors=tuple(sorted(held - index.weight_map.keys())[:NAMES_SHOWN]),
    )


def inside(base: str, target: str) -> str | None:
    """Return the path of `target` as written in the file `base`; None when it leads out of the repository."""
    if not target or target.startswith("/") or "\\" in target or "\0" in target or target[1:2] == ":":
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
    return None if path == ".." or path.startswith("../") else path


def _is_comparable(inspection: Inspection) -> bool:
    return inspection.format in _COMPARABLE and inspection.complete


def _tensor_names(inspections: Any) -> set[str]:
    return {tensor.name for inspection in inspections if _is_comparable(inspection) for tensor in inspection.tensors}
