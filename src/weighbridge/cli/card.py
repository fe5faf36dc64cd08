"""`weighbridge card`: complete a card with what could be measured."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.errors import NothingToAudit
from weighbridge.render.text import printable

if TYPE_CHECKING:
    from weighbridge.remedies.card import Proposal
    from weighbridge.sources.folder import FolderRepository

_EPILOG = """\b
Examples:
  weighbridge card fix path/to/model               show what would be added, as a diff
  weighbridge card fix path/to/model --write       add it to README.md
  weighbridge card fix path/to/model --check       exit status 1 when something is missing
  weighbridge card fix path/to/model --measurement evidence/measurement.json     its figures in model-index
"""
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.group(epilog=_EPILOG)
def card() -> None:
    """Complete a model card with what can be measured."""


@card.command(epilog=_EPILOG)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write the card; without it, only the diff is shown.")
@click.option("--check", is_flag=True, help="Exit status 1 when the card lacks something that could be written.")
@click.option(
    "--measurement",
    type=click.Path(exists=True, path_type=Path),
    metavar="BUNDLE",
    help="Write these measured figures into `model-index`, and nothing else.",
)
def fix(folder: Path, write: bool, check: bool, measurement: Path | None) -> int:
    """Add to a folder's card what its files tell, and the sections that are missing.

    Measured are parameters, precision, architecture, library, base model, formats, and the licence where its text is
    unambiguous; or, with --measurement, what `weighbridge measure` measured, with items, data, interval and seed. The rest of
    the card stays as it is, byte for byte.
    """
    from weighbridge.sources.folder import FolderRepository

    repository = FolderRepository(folder)
    if not repository.files:
        raise NothingToAudit(f"{folder} holds no files", hint="Give the folder that holds the model.")
    proposal = _proposed(repository, measurement)
    if not proposal.diff:
        output.tell(f"{proposal.path} lacks nothing that could be measured")
        return 0
    output.emit("".join(_drawn(proposal.diff, colour=output.wants_color(sys.stdout))))
    for addition in proposal.additions:
        output.tell(f"{addition.key}: from {addition.reason}")
    if write:
        output.emit(proposal.after, folder / proposal.path)
        output.tell(f"{folder / proposal.path} written")
    else:
        output.tell("nothing was written; --write does")
    return int(check and not write)


def _proposed(repository: FolderRepository, measurement: Path | None) -> Proposal:
    from weighbridge.facts.catalogue import READERS
    from weighbridge.facts.engine import Facts
    from weighbridge.model import Depth
    from weighbridge.remedies.card import propose

    today = datetime.datetime.now(datetime.UTC).date()
    if measurement is None:
        return propose(Facts(repository, READERS, as_of=today))
    needs("measure", "numpy", "scipy", "statsmodels")
    from weighbridge.measure.evidence import read_measurement
    from weighbridge.remedies.results import propose_results

    return propose_results(Facts(repository, READERS, depth=Depth.FULL, as_of=today), read_measurement(measurement))


def _drawn(diff: str, *, colour: bool) -> Iterator[str]:
    """Yield a diff's lines, made safe to show."""
    for line in diff.splitlines():
        shown = printable(line)
        drawn = click.style(shown, fg=_COLOURS.get(line[:1])) if colour and line[:1] in _COLOURS else shown
        yield f"{drawn}\n"
