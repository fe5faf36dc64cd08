"""The neighbouring scanners, each in an environment of its own, so that they run beside us and not with us.

    python -m benchmarks.neighbours install FOLDER      # a virtual environment each, from the package index
    python -m benchmarks.neighbours list FOLDER         # which are there, and in which version

Their versions are fixed to those of which the recorded verdicts are.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

PINNED = {
    "picklescan": ["picklescan==1.0.5"],
    "fickling": ["fickling==0.1.12", "typing_extensions"],  # it imports what it does not ask for
    "modelscan": ["modelscan==0.8.8"],
    "modelaudit": ["modelaudit==0.2.54"],
}
DRIVER = Path(__file__).with_name("neighbour_driver.py")


class Neighbour(NamedTuple):
    """An installed scanner: the Python that has it, and its version."""

    name: str
    python: Path
    version: str


class PeerAnswer(NamedTuple):
    """What a neighbour said of a path: its exit status, whether that was a finding, and the time it took."""

    status: int
    found: bool
    seconds: float = 0.0


def install(folder: Path) -> None:
    """Make an environment for each neighbour that has none."""
    for name, packages in PINNED.items():
        home = folder / name
        if not (home / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", *packages], check=True)


def installed(folder: Path | None) -> dict[str, Neighbour]:
    """Return the neighbours that are there: in the folder, or else on the search path."""
    found = {}
    for name in PINNED:
        python = _python(name, folder)
        version = _version(name, python) if python else ""
        if python and version:
            found[name] = Neighbour(name, python, version)
    return found


def _python(name: str, folder: Path | None) -> Path | None:
    if folder is not None and (folder / name / "bin" / "python").exists():
        return (folder / name / "bin" / "python").absolute()
    command = shutil.which(name)
    if command is None:
        return None
    beside = Path(command).resolve().parent / "python"
    return beside if beside.exists() else None


def _version(name: str, python: Path) -> str:
    asked = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def ask(neighbour: Neighbour, paths: Sequence[Path]) -> Iterator[PeerAnswer]:
    """Yield a neighbour's answer to each path, as its command gives it."""
    with subprocess.Popen(
        [str(neighbour.python), str(DRIVER), neighbour.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, bufsize=1,
    ) as driver:  # fmt: skip
        assert driver.stdin is not None
        assert driver.stdout is not None
        for path in paths:
            driver.stdin.write(f"{path.absolute()}\n")
            driver.stdin.flush()
            line = driver.stdout.readline()
            if not line:
                raise SystemExit(f"{neighbour.name} {neighbour.version} does not start in {neighbour.python}")
            said = json.loads(line)
            yield PeerAnswer(said["status"], said["found"], said["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("install", "list"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.what == "install":
        install(options.folder)
    there = installed(options.folder)
    for name in PINNED:
        print(f"{name:12} {there[name].version} in {there[name].python}" if name in there else f"{name:12} absent")


if __name__ == "__main__":
    main()
