"""`weighbridge compare`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.audit import run_audits
from weighbridge.cli.extras import needs
from weighbridge.cli.measure import TASKS, measure, planned, run_plan
from weighbridge.cli.settings import (
    Request,
    audit_options,
    policy_of,
    request_of,
    silence_library,
    sources_of,
    targets_of,
)
from weighbridge.cli.status import ERROR, INCOMPLETE, worst
from weighbridge.errors import UsageError, WeighbridgeError
from weighbridge.model import Audit

if TYPE_CHECKING:
    import datetime

    from weighbridge.facts.figures import PerformanceClaim
    from weighbridge.measure.side_by_side import Contender

_MEASURING = ("data", "task", "text", "label", "limit", "evidence", "fresh")
_EPILOG = """\b
Examples:
  weighbridge compare org/one org/two path/to/third
  weighbridge compare org/one org/two --format html -o comparison.html
  weighbridge compare org/one@v1 org/one@v2 --depth full
  weighbridge compare path/to/one path/to/two --data reviews.csv --task text-classification
"""


@click.command(epilog=_EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET TARGET...")
@audit_options
@click.option(
    "--format",
    "form",
    type=click.Choice(("terminal", "json", "markdown", "html")),
    default="terminal",
    show_default=True,
)
@click.option("--data", type=click.Path(path_type=Path), help="Run the models on these items too; folders only.")
@click.option("--task", type=click.Choice(TASKS), help="What they are asked to do; with --data.")
@click.option("--text", default="", metavar="COLUMN", help="The column of texts or images.")
@click.option("--label", default="", metavar="COLUMN", help="The column of the truth.")
@click.option("--limit", type=click.IntRange(min=2), metavar="N", help="Draw N items at random.")
@click.option(
    "--evidence",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("evidence"),
    show_default=True,
    help="Where each model's predictions and measurement.json go.",
)
@click.option("--fresh", is_flag=True, help="Ask again what the evidence folder has answers to.")
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def compare(targets: tuple[str, ...], form: str, path: Path | None, quiet: bool, **options: Any) -> int:
    """Put several models side by side: what they are, how they score, where their verdicts differ; and how they do on your data.

    With --data each model is scanned and run as by `weighbridge measure`; those that are behind the best beyond chance are marked.
    """
    measuring = {name: options.pop(name) for name in _MEASURING}
    request = request_of(options)
    silence_library()
    listed = targets_of(targets)
    if len(listed) < 2:
        raise UsageError("compare needs at least two targets", hint="`weighbridge audit` weighs a single one.")
    _require_measurable(listed, measuring)
    audits, statuses = run_audits(listed, request, policy_of(request), quiet)
    if not audits:
        return worst(statuses)
    claimed = [_claims(target, request, audit.as_of) for target, audit in audits]
    measured = _measured([target for target, _ in audits], measuring) if measuring["data"] else ()
    statuses += [INCOMPLETE for one in measured if not one.is_whole]
    output.emit(_text([audit for _, audit in audits], claimed, measured, form, path), path)
    return worst(statuses) if len(audits) > 1 else ERROR


def _require_measurable(targets: list[str], measuring: dict[str, Any]) -> None:
    if measuring["data"] is None:
        if measuring["task"]:
            raise UsageError("--task needs --data", hint="Name the items to run the models on.")
        return
    needs("measure", "numpy", "scipy", "sklearn", "statsmodels")
    if measuring["task"] is None:
        raise UsageError("--data needs --task", hint=f"One of {', '.join(TASKS)}.")
    if far := [target for target in targets if not Path(target).exists()]:
        raise UsageError(
            f"{far[0]} is no folder here: only local models are run", hint="Download it first, or leave out --data."
        )


def _measured(targets: list[str], measuring: dict[str, Any]) -> tuple[Contender, ...]:
    """Measure one model after the other, each with evidence of its own; a model that fails does not stop the others."""
    from weighbridge.measure.dataset import Columns, read_dataset
    from weighbridge.measure.side_by_side import Contender, side_by_side
    from weighbridge.measure.tasks import Task

    columns = Columns(measuring["text"], measuring["label"])
    data = read_dataset(measuring["data"], Task(measuring["task"]), columns, limit=measuring["limit"])
    defaults = measure.make_context("measure", []).params
    found, places = [], []
    for number, target in enumerate(targets, 1):
        places.append(measuring["evidence"] / f"{number}-{Path(target).resolve().name}")
        options = {**defaults, **measuring, "is_quick": True, "evidence": places[-1]}
        try:
            found.append(Contender(target, run_plan(planned(Path(target), options), options)))
        except WeighbridgeError as error:
            found.append(Contender(target, failure=error.message))
    return side_by_side(found, places, data)


def _claims(target: str, request: Request, as_of: datetime.date) -> tuple[PerformanceClaim, ...]:
    """Return what a model claims about itself; nothing where it claims nothing or cannot be asked again."""
    from weighbridge.facts.catalogue import READERS
    from weighbridge.facts.claims import PerformanceClaims
    from weighbridge.facts.engine import Facts, Gap
    from weighbridge.model import Depth
    from weighbridge.sources.target import open_repository

    try:
        facts = Facts(open_repository(target, sources_of(request)), READERS, depth=Depth.CARD, as_of=as_of)
        found = facts.get(PerformanceClaims)
    except WeighbridgeError:
        return ()
    return () if isinstance(found, Gap) else found.claims


def _text(
    audits: list[Audit], claimed: list[tuple[PerformanceClaim, ...]], measured: tuple[Contender, ...], form: str, path: Path | None
) -> str:  # fmt: skip
    from weighbridge.render import comparison

    if form == "json":
        return comparison.render_comparison_json(audits, claimed, measured)
    if form == "markdown":
        return comparison.render_comparison_markdown(audits, claimed, measured)
    if form == "html":
        return comparison.render_comparison_html(audits, claimed, measured)
    return comparison.render_comparison_terminal(audits, claimed, measured, **output.look(sys.stdout, path))
