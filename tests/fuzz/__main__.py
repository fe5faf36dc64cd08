"""Mutate valid files of every format and give them to the readers, until the time is up.

    python -m tests.fuzz --seconds 60 [--only gguf] [--seed 7] [--save FOLDER]

Seeds are the `SEEDS` of every `tests/formats/seeds_*.py`: a file name and a function that builds the file. A failure is
any exception but `FormatError`, an answer that is no JSON, or one that takes more than `--slow` seconds; it is printed
with the mutated file's number, and the file is kept in `--save`. Exit status 1 when there was one.
"""

from __future__ import annotations

import argparse
import importlib
import pathlib
import random
import sys
import time
import traceback
from collections import Counter

from tests.formats.reading import survive
from tests.fuzz.mutate import mutate

SEED_MODULES = pathlib.Path(__file__).parent.parent / "formats"


def load_seeds(only: str) -> dict[str, bytes]:
    """Build every seed whose name contains `only`."""
    seeds: dict[str, bytes] = {}
    for path in sorted(SEED_MODULES.glob("seeds_*.py")):
        module = importlib.import_module(f"tests.formats.{path.stem}")
        seeds |= {name: make() for name, make in module.SEEDS.items() if only in name}
    return seeds


def try_one(name: str, data: bytes, slow: float) -> str:
    """Return what is wrong with the answer, as its traceback's last lines; empty where nothing is."""
    started = time.perf_counter()
    try:
        survive(name, data)
    except Exception:  # noqa: BLE001 - whatever comes out is the finding
        return "".join(traceback.format_exc().splitlines(keepends=True)[-6:])
    spent = time.perf_counter() - started
    return f"took {spent:.1f} s" if spent > slow else ""


def session(options: argparse.Namespace) -> int:
    """Fuzz until the time is up; return how many failures of different kinds there were."""
    seeds = load_seeds(options.only)
    names = sorted(seeds)
    tried: Counter[str] = Counter()
    failures: dict[str, str] = {}
    end, number = time.monotonic() + options.seconds, 0
    while names and time.monotonic() < end:
        name, number = names[number % len(names)], number + 1
        data = mutate(seeds[name], random.Random(f"{options.seed}:{number}"))
        tried[name] += 1
        wrong = try_one(name, data, options.slow)
        if wrong and wrong not in failures:
            failures[wrong] = f"{number}-{name}"
            keep(options.save, failures[wrong], data)
            sys.stdout.write(f"{failures[wrong]} ({len(data):,} bytes):\n{wrong}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{tried.total():,} files of {len(tried)} kinds, {len(failures)} failures\n")
    return len(failures)


def keep(folder: pathlib.Path | None, name: str, data: bytes) -> None:
    """Write a failing file where the developer asked for it."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def main() -> int:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default="", help="seeds whose file name contains this")
    parser.add_argument("--seed", default="1", help="another one gives other mutations")
    parser.add_argument("--slow", type=float, default=5, help="seconds after which an answer counts as a failure")
    parser.add_argument("--save", type=pathlib.Path, help="where to keep files that failed")
    return 1 if session(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())
