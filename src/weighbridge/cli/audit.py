"""`weighbridge audit`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from weighbridge.cli import output
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import (
    Request,
    audit_options,
    policy_of,
    request_of,
    silence_library,
    sources_of,
    targets_of,
)
from weighbridge.cli.status import ERROR, status_of, status_of_audit, worst
from weighbridge.errors import UsageError, WeighbridgeError
from weighbridge.model import Attribute, Audit

FORMATS = ("terminal", "json", "markdown", "html", "sarif", "badge")
# Formats whose documents hold one model; of several, each would have to be a file of its own.
_SINGLE = {"html", "badge"}

_EPILOG = """\b
Examples:
  weighbridge audit org/name                       a model on the Hub; nothing heavy is downloaded
  weighbridge audit org/name@v1.0 --explain        one revision; what moved each score
  weighbridge audit path/to/model --depth full     a folder, every byte read
  weighbridge audit model.safetensors              one file
  weighbridge audit org/name --format html -o report.html
  weighbridge audit org/name --format sarif -o report.sarif --fail-on medium
  weighbridge audit path/to/clone --allowed-signers signers --key ann.pub
  cat ids.txt | weighbridge audit - --depth card --format json
"""


@click.command(epilog=_EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@audit_options
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option(
    "--attribute", type=click.Choice([a.value for a in Attribute]), help="For a badge: of this attribute alone."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("--explain", is_flag=True, help="Tell which verdict moved which score by how much.")
@click.option("-v", "--verbose", is_flag=True, help="Tell everything, also what agrees.")
@click.option("-q", "--quiet", is_flag=True, help="One line a model.")
def audit(targets: tuple[str, ...], **options: Any) -> int:
    """Weigh models against what their publishers declare.

    TARGET is a Hub id (org/name, org/name@revision), a model page's URL, a folder, a weight file, a registry record
    (.json), or `-` for ids on standard input.
    """
    request = request_of(options)
    silence_library()
    listed = targets_of(targets)
    form: str = options["form"]
    if form in _SINGLE and len(listed) > 1:
        raise UsageError(f"{form} holds one model", hint="Run it once a target, or use `weighbridge compare`.")
    policy = policy_of(request)
    streams = form == "terminal" and options["path"] is None
    show = writer(form, options)
    audits, statuses = run_audits(listed, request, policy, options["quiet"], show if streams else None)
    if not streams and (audits or len(listed) > 1):
        output.emit(document([found for _, found in audits], form, options, is_many=len(listed) > 1), options["path"])
    return worst(statuses)


def run_audits(
    targets: Sequence[str], request: Request, policy: Any, quiet: bool, show: Callable[[Audit], None] | None = None
) -> tuple[list[tuple[str, Audit]], list[int]]:
    """Audit one target after the other; a failing one is told about and does not stop the others. Return audits with their targets, and statuses."""
    from weighbridge.api import audit as weigh_target
    from weighbridge.cli.main import is_debugging

    audits: list[tuple[str, Audit]] = []
    sources, statuses = sources_of(request), []
    lookup = lookup_of(request, sources)
    for target in targets:
        try:
            with progress_bar(target, is_wanted=not quiet) as advance:
                found = weigh_target(
                    target, depth=request.depth, policy=policy, sources=sources, lookup=lookup,
                    as_of=request.as_of, progress=advance,
                )  # fmt: skip
        except WeighbridgeError as error:
            output.complain(f"{target}: {error.message}" if len(targets) > 1 else error.message, error.hint, error.link)
            statuses.append(status_of(error))
            continue
        except Exception as error:  # noqa: BLE001 - a fault met in one model must not cost the other models' reports
            output.complain_internal(error, is_traced=is_debugging(), target=target)
            statuses.append(ERROR)
            continue
        statuses.append(status_of_audit(found, policy))
        if show:
            show(found)
        audits.append((target, found))
    return audits, statuses


def lookup_of(request: Request, sources: Any) -> Any:
    """Return who answers about base models, datasets and links; offline, only folders and the cache do."""
    from weighbridge.sources.lookup import HubLookup

    folders: dict[str, Path] = {}
    for pair in request.base:
        name, equals, path = pair.partition("=")
        if not (name and equals and path):
            raise UsageError(f"--base {pair}: expected NAME=PATH", hint="For example --base org/base=../base-model.")
        folders[name] = Path(path)
    return HubLookup(sources, folders, check_links=request.check_links)


def writer(form: str, options: dict[str, Any]) -> Callable[[Audit], None]:
    """Return what writes one audit's report to standard output as soon as it is there."""

    def show(audit: Audit) -> None:
        output.emit(text_of(audit, form, options))

    return show


def document(audits: Sequence[Audit], form: str, options: dict[str, Any], *, is_many: bool) -> str:
    """Return all audits as one document."""
    if form == "json":
        from weighbridge.render.json import render_json

        return render_json(audits if is_many else audits[0])
    if form == "sarif":
        from weighbridge.checks.catalogue import CHECKS
        from weighbridge.render.sarif import render_sarif

        return render_sarif(audits, CHECKS)
    return "\n".join(text_of(audit, form, options) for audit in audits)


def text_of(audit: Audit, form: str, options: dict[str, Any]) -> str:
    """Return one audit as text in a format."""
    if options["quiet"] and form == "terminal":
        from weighbridge.render.terminal import render_quiet

        return render_quiet(audit)
    if form == "markdown":
        from weighbridge.render.markdown import render_markdown

        return render_markdown(audit)
    if form == "html":
        from weighbridge.render.html import render_html

        return render_html(audit)
    if form == "badge":
        from weighbridge.render.badge import render_badge

        return render_badge(audit, Attribute(options["attribute"]) if options["attribute"] else None)
    return _terminal(audit, options)


def _terminal(audit: Audit, options: dict[str, Any]) -> str:
    from weighbridge.render.terminal import TerminalOptions, render_terminal

    look = output.look(sys.stdout, options["path"])
    shown = TerminalOptions(**look, explain=options["explain"], verbose=options["verbose"])
    return render_terminal(audit, shown)
