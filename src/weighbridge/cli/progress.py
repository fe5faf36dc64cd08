"""A progress bar for long work, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from weighbridge.render.text import printable

# Done, of all, and what comes next.
Advance = Callable[[int, int, str], None]


@contextmanager
def progress_bar(label: str, *, is_wanted: bool) -> Iterator[Advance | None]:
    """Show how far the work is; yields None where nobody would see it."""
    if not is_wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(24), TimeElapsedColumn())
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    # Drawn when something moves, without a thread of its own: files are scanned in copies of this process.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task(printable(label, 60), total=None)

        def advance(done: int, total: int, step: str) -> None:
            progress.update(
                task, completed=done, total=total, description=f"{printable(label, 60)} {step}", refresh=True
            )

        yield advance
