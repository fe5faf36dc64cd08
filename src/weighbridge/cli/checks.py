"""`weighbridge checks`: list and explain, offline."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from weighbridge.cli import output
from weighbridge.errors import UsageError

_FORMATS = ("terminal", "json", "markdown")
_EPILOG = """\b
Examples:
  weighbridge checks                               all of them
  weighbridge checks list --select security        some of them
  weighbridge checks show PV014                    one, explained
  weighbridge checks list --format json -o checks.json
"""

_format = click.option("--format", "form", type=click.Choice(_FORMATS), default="terminal", show_default=True)
_output = click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file."
)


@click.group(invoke_without_command=True, epilog=_EPILOG)
@click.pass_context
def checks(context: click.Context) -> None:
    """List and explain the checks, offline; without a command, list all."""
    if context.invoked_subcommand is None:
        context.invoke(list_checks, select=(), form="terminal", path=None)


@checks.command("list", epilog="\b\nExample:\n  weighbridge checks list --select PV --format markdown\n")
@click.option("--select", multiple=True, metavar="CODES", help="Only these: codes, prefixes, names, attributes.")
@_format
@_output
def list_checks(select: tuple[str, ...], form: str, path: Path | None) -> None:
    """List the checks by attribute."""
    from weighbridge.api import chosen
    from weighbridge.render import checks as pages
    from weighbridge.scoring.policy import Policy

    found = chosen(Policy(select=select))
    if form == "json":
        output.emit(pages.render_checks_json(found), path)
    elif form == "markdown":
        output.emit(pages.render_checks_markdown(found), path)
    else:
        output.emit(pages.render_checks_terminal(found, **output.look(sys.stdout, path)), path)


@checks.command(
    "show", epilog="\b\nExamples:\n  weighbridge checks show PV014\n  weighbridge checks show datasets-named\n"
)
@click.argument("code")
@_format
@_output
def show_check(code: str, form: str, path: Path | None) -> None:
    """Explain one check, by its code or name."""
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.render import checks as pages

    check = next((check for check in CHECKS if code.upper() == check.code or code == check.name), None)
    if check is None:
        words = [word for check in CHECKS for word in (check.code, check.name)]
        near = difflib.get_close_matches(code, words, 1, 0.5)
        hint = f"Did you mean {near[0]}?" if near else "`weighbridge checks` lists them all."
        raise UsageError(f"there is no check {code!r}", hint=hint)
    if form == "json":
        output.emit(pages.render_checks_json([check]), path)
    elif form == "markdown":
        output.emit(pages.render_check_markdown(check), path)
    else:
        output.emit(pages.render_check_terminal(check, **output.look(sys.stdout, path)), path)
