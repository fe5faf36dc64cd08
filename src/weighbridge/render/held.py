"""Claims beside what a harness measured, with the verdicts."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec
from rich.table import Table
from rich.text import Text

from weighbridge.measure.imported import Held, Imported
from weighbridge.render.terminal import TerminalOptions, draw
from weighbridge.render.text import plural, printable, redact

SHOWN = 500


def render_held(held: Sequence[Held], imported: Imported, options: TerminalOptions) -> str:
    """Return the verdicts for people at a terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("", "metric", "claimed", "on", "verdict", ""):
        table.add_column(name, overflow="fold")
    for found in held[:SHOWN]:
        table.add_row(
            str(found.number), printable(found.claim.metric, 60), printable(found.claim.text, 40),
            printable(found.claim.dataset, 80), found.judgement.state.value, printable(found.judgement.message, 400),
        )  # fmt: skip
    source = f"{plural(len(imported.figures), 'figure')} by {imported.harness}"
    of = f" of {printable(imported.model, 120)}" if imported.model else ", which do not say of which model"
    return draw([table, Text(f"{source}{of}; {plural(len(held), 'claim')} held against them.")], options)


def render_held_json(held: Sequence[Held], imported: Imported) -> str:
    """Return the verdicts and all imported figures as JSON."""
    document = {
        "harness": imported.harness, "model": imported.model, "problems": list(imported.problems),
        "figures": msgspec.to_builtins(imported.figures), "held": msgspec.to_builtins(held),
    }  # fmt: skip
    return redact(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"
