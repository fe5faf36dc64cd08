"""Hashing at full depth, beside `sha256sum` and `openssl` on the same file in the same run; and that memory stays flat.

python -m benchmarks.hashing [--megabytes 1024]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Run, measure

OURS = (
    "import sys, time; from pathlib import Path; from weighbridge.facts.contents import sha256_of;"
    "from weighbridge.sources.local import LocalFile; p = Path(sys.argv[1]); t = time.perf_counter();"
    "sha256_of(LocalFile(p.name, p)); print(time.perf_counter() - t)"
)


def commands(path: Path) -> dict[str, list[str]]:
    """Return what hashes the file."""
    found = {"weighbridge": [sys.executable, "-c", OURS, str(path)]}
    if shutil.which("sha256sum"):
        found["sha256sum"] = ["sha256sum", str(path)]
    if shutil.which("openssl"):
        found["openssl dgst -sha256"] = ["openssl", "dgst", "-sha256", str(path)]
    return found


def report(megabytes: int) -> Iterator[str]:
    """Yield the rates, and the peak for a file eight times as long."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.bin"
        with path.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1024 * 1024))
        yield f"{megabytes} MiB of random bytes, in the page cache"
        runs: dict[str, Run] = {name: measure(command, runs=3) for name, command in commands(path).items()}
        for name, run in runs.items():
            yield f"{name:24} {megabytes * 1.048576 / run.wall:8,.0f} MB/s   {run.wall:6.2f} s   peak {run.peak:5.0f} MB"
        alone = statistics.median([_hashing_alone(path) for _ in range(5)])
        yield f"weighbridge, hashing alone {megabytes * 1.048576 / alone:6,.0f} MB/s   {alone:6.2f} s   (without the start of Python)"
        for name, run in runs.items():
            if name != "weighbridge":
                whole = runs["weighbridge"].wall
                yield f"weighbridge reaches {run.wall / alone:.0%} of {name}, {run.wall / whole:.0%} with its start"
        os.truncate(path, megabytes * 8 * 1024 * 1024)  # sparse: only the length grows
        eight = measure(commands(path)["weighbridge"], runs=1)
        yield f"peak for a file eight times as long: {eight.peak:.0f} MB"


def _hashing_alone(path: Path) -> float:
    done = subprocess.run(commands(path)["weighbridge"], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    print("\n".join(report(parser.parse_args().megabytes)))


if __name__ == "__main__":
    main()
