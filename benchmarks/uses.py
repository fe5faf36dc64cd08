"""How many files a second are looked through for the models they load, beside a plain walk over every file's syntax tree.

The tree is the standard library and the packages of the running interpreter, all Python files of them.
"""

from __future__ import annotations

import ast
import sysconfig
import time
import warnings
from pathlib import Path

from weighbridge.uses.finding import find_uses

FILES = 4000


def main() -> None:
    folders = [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib")]
    files = sorted(
        {path for folder in folders for path in folder.rglob("*.py") if path.is_file() and not path.is_symlink()}
    )[:FILES]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files):,} Python files, {size / 1e6:.0f} MB")
    begun = time.perf_counter()
    report = find_uses(files)
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    calls = sum(_calls(path) for path in files)
    peer = time.perf_counter() - begun
    print(
        f"weighbridge uses   {ours:6.2f} s  {len(files) / ours:8,.0f} files/s  {len(report.uses):,} uses, {len(report.unread)} not read"
    )
    print(f"ast.walk, 1 core   {peer:6.2f} s  {len(files) / peer:8,.0f} files/s  {calls:,} calls, nothing resolved")


def _calls(path: Path) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return 0
    return sum(isinstance(node, ast.Call) for node in ast.walk(tree))


if __name__ == "__main__":
    main()
