"""`weighbridge claims`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from weighbridge.cli import output
from weighbridge.cli.settings import SEVERITIES, Request, silence_library, sources_of, targets_of
from weighbridge.cli.status import CLEAN, FOUND, INCOMPLETE, status_of, worst
from weighbridge.errors import UsageError, WeighbridgeError

FORMATS = ("terminal", "json", "markdown", "html")
_COLUMNS = ("claimed", "measured", "model", "metric", "task", "n")

_EPILOG = """\b
Examples:
  weighbridge claims org/name                          every figure, where it stands, what is missing to check it
  weighbridge claims path/to/model --all               figures of other models and variants too
  weighbridge claims path/to/model --format json -o claims.json
  weighbridge claims path/to/model --import results.json     hold them against what a harness measured
  weighbridge claims --table results.csv               a registry's claims against measured results
  weighbridge claims --table results.csv --claimed reported --measured rerun --more-than 0.02
  weighbridge claims --table results.csv --format html -o discrepancies.html

\b
Exit status: 0 no contradiction at or above --fail-on (medium by default), 1 some,
2 usage or internal error, 3 nothing is claimed. With --import: 1 a claim is contradicted,
3 nothing to compare, 4 a claim could not be decided.
"""


@click.command(epilog=_EPILOG)
@click.argument("targets", nargs=-1, metavar="[TARGET...]")
@click.option("--revision", metavar="REV", help="Branch, tag or commit; the same as TARGET@REV.")
@click.option("--offline", is_flag=True, help="Ask nobody; read only what is on disk.")
@click.option("--base", multiple=True, metavar="NAME=PATH", help="Where a base model lies on disk.")
@click.option("--all", "everything", is_flag=True, help="List the figures of other models and variants too.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="medium",
    show_default=True,
    help="Lowest severity that gives exit status 1.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day that ages are told against.")
@click.option(
    "--import",
    "imported",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Hold the claims against results of lm-evaluation-harness, lighteval or MTEB.",
)
@click.option("--same-data", "is_same_data", is_flag=True, help="With --import: the data are those of the claims.")
@click.option(
    "--table",
    "table_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare the rows of a CSV or TSV file, also gzipped, instead of a model.",
)
@click.option("--claimed", metavar="COLUMN", help="The table's column of claimed figures.")
@click.option("--measured", metavar="COLUMN", help="The table's column of measured figures.")
@click.option("--model", metavar="COLUMN", help="The table's column of models.")
@click.option("--metric", metavar="COLUMN", help="The table's column of metrics.")
@click.option("--task", metavar="COLUMN", help="The table's column of tasks or data sets.")
@click.option("--n", metavar="COLUMN", help="The table's column of numbers of items.")
@click.option(
    "--more-than",
    type=float,
    multiple=True,
    metavar="X",
    help="Count the pairs that differ by more; may be given several times.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
def claims(targets: tuple[str, ...], **options: Any) -> int:  # fmt: skip
    """List every performance claim: number, place, precision, and what it would take to check it.

    TARGET is a folder, a Hub id (org/name, org/name@revision), a registry record (.json), or `-` for targets on standard
    input. Nothing is run; contradictions between the claims themselves are told. With --table, a whole registry's claims
    are held against measured figures.
    """
    silence_library()
    if options["table_path"] is not None:
        if targets:
            raise UsageError("--table compares a file's rows and takes no target", hint="Leave one of the two out.")
        return _table(options)
    named = [f"--{name}" for name in (*_COLUMNS, "more_than") if options[name]]
    if named:
        raise UsageError(f"{named[0].replace('_', '-')} belongs to --table", hint="Give --table FILE with it.")
    if not targets:
        raise UsageError("nothing to read claims from", hint="Give a model, or a table with --table.")
    if options["imported"] is not None:
        return _imported(targets_of(targets), options)
    if options["is_same_data"]:
        raise UsageError("--same-data belongs to --import", hint="Give --import FILE with it.")
    return _targets(targets_of(targets), options)


def _imported(targets: list[str], options: dict[str, Any]) -> int:
    """Hold one model's claims against a harness's results."""
    from weighbridge.cli.extras import needs
    from weighbridge.errors import NothingToAudit
    from weighbridge.model import State
    from weighbridge.render.held import render_held, render_held_json
    from weighbridge.render.terminal import TerminalOptions

    needs("measure", "numpy", "scipy", "statsmodels")
    from weighbridge.measure.imported import hold, read_results
    from weighbridge.measure.verdict import Rules

    if len(targets) != 1 or options["form"] not in {"terminal", "json"}:
        raise UsageError("--import takes one model, and writes terminal or json", hint="Give one TARGET.")
    results = read_results(options["imported"])
    held = hold(_read(targets[0], options), results, Rules(is_same_data=options["is_same_data"]))
    for problem in results.problems:
        output.tell(problem)
    if not held:
        raise NothingToAudit(
            f"none of the {len(results.figures)} figures is of a metric and data that {targets[0]} claims",
            hint="`weighbridge claims` lists what is claimed.",
        )
    look = TerminalOptions(**output.look(sys.stdout, options["path"]))
    text = render_held_json(held, results) if options["form"] == "json" else render_held(held, results, look)
    output.emit(text, options["path"])
    states = {found.judgement.state for found in held}
    return FOUND if State.CONTRADICTED in states else INCOMPLETE if State.UNKNOWN in states else CLEAN


def _targets(targets: list[str], options: dict[str, Any]) -> int:
    from weighbridge.model import Severity
    from weighbridge.render.claims import render_claims_json

    if options["form"] == "html":
        raise UsageError("html draws a table's distribution", hint="Use terminal, json or markdown for a model.")
    found, statuses = [], []
    for target in targets:
        try:
            claimed = _read(target, options)
        except WeighbridgeError as error:
            output.complain(f"{target}: {error.message}" if len(targets) > 1 else error.message, error.hint, error.link)
            statuses.append(status_of(error))
            continue
        found.append(claimed)
        limit = options["fail_on"]
        is_failing = limit != "never" and any(v.severity >= Severity.parse(limit) for v in claimed.contradictions)
        statuses.append(FOUND if is_failing else CLEAN)
    if found and options["form"] == "json":
        output.emit(render_claims_json(found, is_many=len(targets) > 1), options["path"])
    elif found:
        output.emit("\n".join(_text(claimed, options) for claimed in found), options["path"])
    return worst(statuses)


def _read(target: str, options: dict[str, Any]) -> Any:
    import datetime

    from weighbridge.cli.audit import lookup_of
    from weighbridge.measure.claimed import claimed_by
    from weighbridge.sources.target import open_repository

    request = Request(revision=options["revision"], offline=options["offline"], base=options["base"])
    sources = sources_of(request)
    day = options["as_of"].date() if options["as_of"] else datetime.datetime.now(datetime.UTC).date()
    return claimed_by(open_repository(target, sources), as_of=day, lookup=lookup_of(request, sources))


def _text(claimed: Any, options: dict[str, Any]) -> str:
    from weighbridge.render.claims import render_claims, render_claims_markdown
    from weighbridge.render.terminal import TerminalOptions

    if options["form"] == "markdown":
        return render_claims_markdown(claimed, everything=options["everything"])
    look = output.look(sys.stdout, options["path"])
    return render_claims(claimed, TerminalOptions(**look, verbose=options["everything"]))


def _table(options: dict[str, Any]) -> int:
    from weighbridge.measure.discrepancies import compare_table
    from weighbridge.render import discrepancies
    from weighbridge.render.terminal import TerminalOptions

    found = compare_table(options["table_path"], {name: options[name] for name in _COLUMNS if options[name]})
    sizes = options["more_than"] or discrepancies.default_sizes(found)
    form = options["form"]
    if form == "json":
        text = discrepancies.render_discrepancies_json(found, sizes)
    elif form == "html":
        text = discrepancies.render_discrepancies_html(found, sizes)
    elif form == "terminal":
        look = output.look(sys.stdout, options["path"])
        text = discrepancies.render_discrepancies(found, sizes, TerminalOptions(**look))
    else:
        raise UsageError("a table's comparison has no markdown form", hint="Use terminal, json or html.")
    output.emit(text, options["path"])
    return CLEAN
