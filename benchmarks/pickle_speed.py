"""A dense pickle, interpreted; beside what `pickletools.genops` takes to decode it, and picklescan to scan it where installed.

    python -m benchmarks.pickle_speed [FILE] [--rounds 3]

Without a file, one is made: about 33 MB and 14 million opcodes of dictionaries, lists, tuples, numbers and short texts, in
protocol 4. Every round runs each reader in a process of its own; printed are the best round's CPU seconds and peak memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def make(path: Path) -> None:
    def row(n: int) -> dict[str, object]:
        numbers = [(n * m) % 65_000 for m in range(n % 24)]
        return {"id": n, "name": f"row {n}", "values": numbers, "pair": (n % 7, n % 250), "score": n / 4 if n % 6 == 0 else None,
                "ok": n % 2 == 0, "inner": {"a": 1, "b": n % 99, "c": 3}}  # fmt: skip

    path.write_bytes(pickle.dumps([row(n) for n in range(315_000)], 4))


def ours(path: Path) -> str:
    from weighbridge.formats.pickle import analyse
    from weighbridge.sources.local import LocalFile

    facts = analyse(LocalFile(path.name, path))
    return f"complete {facts.complete}, {len(facts.events)} events"


def genops(path: Path) -> str:
    import pickletools

    count = sum(1 for _ in pickletools.genops(path.read_bytes()))
    return f"{count:,} opcodes, decoded only"


def picklescan(path: Path) -> str:
    from picklescan.scanner import scan_file_path

    return f"{scan_file_path(str(path)).issues_count} issues"


READERS: dict[str, Callable[[Path], str]] = {
    "weighbridge": ours,
    "pickletools.genops": genops,
    "picklescan": picklescan,
}


def small(path: Path) -> Path:
    beside = path.with_suffix(".small")
    beside.write_bytes(pickle.dumps([1, 2, 3]))
    return beside


def run_one(reader: str, path: Path) -> None:
    READERS[reader](small(path))  # imports are not what is measured
    started = time.process_time()
    answer = READERS[reader](path)
    spent = time.process_time() - started
    print(f"{spent}\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}\t{answer}")


def measure(reader: str, path: Path, rounds: int) -> tuple[float, int, str]:
    best: list[tuple[float, int, str]] = []
    for _ in range(rounds):
        command = [sys.executable, "-m", "benchmarks.pickle_speed", "--one", reader, str(path)]
        spent, peak, answer = (
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("\t")
        )
        best.append((float(spent), int(peak), answer))
    return min(best)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pickle_speed", description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        make(options.file)
        return
    if options.one:
        run_one(options.one, options.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "dense.pkl"
        if not options.file:
            # In another process: a child's peak is never told as less than its parent's.
            subprocess.run([sys.executable, "-m", "benchmarks.pickle_speed", "--make", str(path)], check=True)
        megabytes = path.stat().st_size / 1e6
        print(f"{path.name}: {megabytes:.1f} MB, best of {options.rounds}")
        for reader in READERS:
            if reader == "picklescan" and importlib.util.find_spec("picklescan") is None:
                print(f"{reader:20} not installed")
                continue
            spent, peak, answer = measure(reader, path, options.rounds)
            print(f"{reader:20} {spent:6.2f} s {megabytes / spent:7.1f} MB/s {peak:6,} MB  {answer}")


if __name__ == "__main__":
    main()
