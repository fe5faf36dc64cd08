"""`weighbridge registry`: a registry as a dataset."""

from __future__ import annotations

import click

from weighbridge.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "import": Entry("weighbridge.cli.registry_import:import_", "Take public dumps into a dataset."),
}

_EPILOG = """\b
Examples:
  weighbridge registry import models.jsonl.gz -o hub/

Needs the extra `registry`: pip install 'weighbridge[registry]'.
"""


@click.group(cls=LazyGroup, entries=COMMANDS, epilog=_EPILOG)
def registry() -> None:
    """Make a dataset of a registry, measure it with the same checks as an audit, and ask it questions."""
