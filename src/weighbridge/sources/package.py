"""A Python package that ships weights: its description and licence lie beside it, in its distribution's folder."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.sources.local import LocalFile

_TOLD = re.compile(r"METADATA|(?:licenses/)?(?:LICEN[CS]E|COPYING|NOTICE)[^/]*", re.IGNORECASE)
_DISTRIBUTIONS = 5000
_RECORD_BYTES = 16 * 1024 * 1024
_FILES = 50


def distribution_files(package: Path) -> dict[str, Path]:
    """Return the description and licences of an installed package, by paths such as `pkg-1.0.dist-info/METADATA`.

    Empty for a folder that no distribution beside it lists as its own.
    """
    place = Path(os.path.realpath(package))
    found = sorted(
        islice(place.parent.glob("*.dist-info"), _DISTRIBUTIONS), key=lambda d: not _alike(d.name, place.name)
    )
    owner = next((folder for folder in found if _ships(folder, place.name)), None)
    return _told(owner) if owner is not None else {}


def _alike(distribution: str, package: str) -> bool:
    """Tell whether the names agree, as they mostly do: then the right record is read first."""
    return re.sub(r"[-_.]+", "", distribution.partition("-")[0]).lower() == re.sub(r"[-_.]+", "", package).lower()


def _ships(distribution: Path, package: str) -> bool:
    try:
        record = LocalFile("RECORD", distribution / "RECORD")
        lines = record.read_at(0, min(record.size, _RECORD_BYTES))
    except SourceError:
        return False
    return f"\n{package}/".encode() in b"\n" + lines


def _told(distribution: Path) -> dict[str, Path]:
    files = (*distribution.glob("*"), *distribution.glob("licenses/*"))
    named = {file.relative_to(distribution).as_posix(): file for file in islice(sorted(files), 10 * _FILES)}
    chosen = [
        name for name in named if _TOLD.fullmatch(name) and named[name].is_file() and not named[name].is_symlink()
    ]
    return {f"{distribution.name}/{name}": named[name] for name in chosen[:_FILES]}
