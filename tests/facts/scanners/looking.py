"""One file, scanned, and what was observed in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.support import MemoryRepository
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.scan import FileScan, Observation
from weighbridge.facts.scanners.subject import COSTS
from weighbridge.facts.scanning import scan_file

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00\x01\x00\x00\x00" + bytes(200)
PE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200)


def look(path: str, data: bytes | str, beside: Mapping[str, bytes | str] | None = None, **costs: Any) -> FileScan:
    """Return the scan of a file whose repository holds the files `beside` it too."""
    repository = MemoryRepository({path: data, **(beside or {})})
    manifest = Manifest(repository.files)
    return scan_file(repository, manifest, manifest.by_path[path], msgspec.structs.replace(COSTS, **costs))


def seen(file: FileScan, prefix: str = "") -> dict[str, Observation]:
    """Return observations by kind and subject, `kind subject`."""
    return {f"{o.kind} {o.subject}": o for o in file.observations if o.kind.startswith(prefix)}


def kinds(file: FileScan) -> set[str]:
    """Return the kinds of what was observed."""
    return {observation.kind for observation in file.observations}


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def keras_model(*layers: Any, **more: Any) -> str:
    """Return the configuration of a sequential model of these layers."""
    return json.dumps({"module": "keras", "class_name": "Sequential", "config": {"layers": list(layers)}, **more})


def layer(name: str, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    """Return a layer's configuration."""
    return {"module": module, "class_name": name, "config": config, "registered_name": None}
