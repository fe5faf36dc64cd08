"""How long the program takes to start, and what it weighs installed.

    python -m benchmarks.startup

Peers: the registry's own client (`hf --help`, and importing it), and picklescan and modelscan where they are installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import measure, weighbridge

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "reviews-bert-4m"


def report() -> Iterator[str]:
    """Yield a line a command: medians of five runs."""
    commands = {
        "weighbridge --help": weighbridge("--help"),
        "weighbridge audit, small folder": weighbridge("audit", str(EXAMPLE)),
        "weighbridge scan, small folder": weighbridge("scan", str(EXAMPLE)),
        "import huggingface_hub.HfApi": [sys.executable, "-c", "from huggingface_hub import HfApi"],
    }
    beside = Path(sys.executable).parent
    for peer in ("hf", "picklescan", "modelscan", "modelaudit"):
        if found := shutil.which(peer, path=str(beside)):
            commands[f"{peer} --help"] = [found, "--help"]
    yield "command                              cpu s   wall s   peak MB   (medians of 5)"
    for name, command in commands.items():
        run = measure(command)
        yield f"{name:34} {run.cpu:7.2f}  {run.wall:7.2f}  {run.peak:8.0f}"
    yield f"core install: {installed_megabytes():.0f} MB, without pip and compiled bytecode"


def installed_megabytes() -> float:
    """Install the package without extras into an empty folder and add up what lies there."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", folder, str(ROOT)]
        subprocess.run(command, check=True, capture_output=True)
        return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    print("\n".join(report()))
