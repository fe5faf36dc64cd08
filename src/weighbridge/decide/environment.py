"""A clean environment: a virtual environment of its own, made from pinned requirements and nothing else."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from weighbridge.reuse.jobs import Workshop

_INSTALL_SECONDS = 420
_RUN_SECONDS = 300
_SHOWN = 300
_PIP = (sys.executable, "-m", "pip")


def pinned(*names: str) -> tuple[str, ...]:
    """Return requirements pinned to the versions with which the artefact was made and proved."""
    return tuple(f"{name}=={importlib.metadata.version(name).partition('+')[0]}" for name in names)


def clean_python(workshop: Workshop, requirements: tuple[str, ...]) -> tuple[Path, str]:
    """Return an interpreter that holds just the requirements, and an empty text; else this one, and why."""
    place = workshop.place("environment", *requirements)
    python, mark = place / "bin" / "python", place / "ready"
    if mark.is_file():
        return python, ""
    commands = (
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(place)],
        [*_PIP, "--python", str(python), "install", "--quiet", "--disable-pip-version-check", *requirements],
    )
    for command in commands:
        if failure := _failure(command, workshop, _INSTALL_SECONDS):
            return Path(sys.executable), f"no clean environment could be made: {failure}"
    mark.write_text("", encoding="utf-8")
    return python, ""


def measure(workshop: Workshop, python: Path, folder: Path, items: Path) -> tuple[dict[str, Any], str]:
    """Run the artefact's own program over items; return what it measured, or why not."""
    command = [str(python), "-c", _program(), str(items)]
    try:
        result = subprocess.run(  # noqa: S603 - our own program
            command, cwd=folder, env=_environment(workshop), capture_output=True, timeout=_RUN_SECONDS, check=False
        )
        return json.loads(result.stdout), ""
    except subprocess.TimeoutExpired:
        return {}, f"not finished after {_RUN_SECONDS} s"
    except ValueError:
        return {}, _last(result.stderr)


def _program() -> str:
    return (Path(__file__).parent / "templates" / "measure.txt").read_text(encoding="utf-8")


def _environment(workshop: Workshop) -> dict[str, str]:
    return workshop.environment | {"OMP_NUM_THREADS": str(workshop.threads), "PYTHONDONTWRITEBYTECODE": "1"}


def _failure(command: list[str], workshop: Workshop, seconds: float) -> str:
    try:
        result = subprocess.run(  # noqa: S603 - fixed programs, pinned requirements
            command, env=workshop.environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not finished after {seconds:.0f} s"
    except OSError as error:
        return str(error.strerror)
    return _last(result.stderr) if result.returncode else ""


def _last(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_SHOWN] if lines else "nothing said"
