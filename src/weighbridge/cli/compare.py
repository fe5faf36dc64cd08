"""`weighbridge compare`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from weighbridge.cli import output
from weighbridge.cli.audit import run_audits
from weighbridge.cli.settings import audit_options, policy_of, request_of, silence_library, targets_of
from weighbridge.cli.status import ERROR, worst
from weighbridge.errors import UsageError
from weighbridge.model import Audit

_EPILOG = """\b
Examples:
  weighbridge compare org/one org/two path/to/third
  weighbridge compare org/one org/two --format html -o comparison.html
  weighbridge compare org/one@v1 org/one@v2 --depth full
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
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def compare(targets: tuple[str, ...], form: str, path: Path | None, quiet: bool, **options: Any) -> int:
    """Put several models side by side: what they are, how they score, where their verdicts differ."""
    request = request_of(options)
    silence_library()
    listed = targets_of(targets)
    if len(listed) < 2:
        raise UsageError("compare needs at least two targets", hint="`weighbridge audit` weighs a single one.")
    audits, statuses = run_audits(listed, request, policy_of(request), quiet)
    if not audits:
        return worst(statuses)
    output.emit(_text(audits, form, path), path)
    return worst(statuses) if len(audits) > 1 else ERROR


def _text(audits: list[Audit], form: str, path: Path | None) -> str:
    from weighbridge.render import comparison

    if form == "json":
        from weighbridge.render.json import render_json

        return render_json(audits)
    if form == "markdown":
        return comparison.render_comparison_markdown(audits)
    if form == "html":
        return comparison.render_comparison_html(audits)
    return comparison.render_comparison_terminal(audits, **output.look(sys.stdout, path))
