"""`weighbridge scan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from weighbridge.cli import output
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import (
    Request,
    policy_of,
    request_of,
    scan_cache_of,
    scan_options,
    silence_library,
    sources_of,
    targets_of,
)
from weighbridge.cli.status import ERROR, status_of, status_of_scan, worst
from weighbridge.errors import WeighbridgeError
from weighbridge.model import Audit, Severity

FORMATS = ("terminal", "json", "sarif")

_EPILOG = """\b
Examples:
  weighbridge scan path/to/model                   every file of a folder, each as what its content is
  weighbridge scan model.pt weights.onnx           single files
  weighbridge scan org/name                        a model on the Hub, by the ranges that matter
  weighbridge scan . --format sarif -o scan.sarif  for code scanning
  weighbridge scan . --fail-on high --strict       only what is malicious fails; nothing may be left unscanned
  weighbridge scan path/to/model --key ann.pub     and it has to be signed by the holder of that key
  weighbridge scan . --cache                       files that did not change are not scanned again

\b
Verdicts: malicious (acts against whoever loads it), review (a person has to look),
not scanned (nothing is known about it), safe.

\b
Exit status: 0 nothing found at or above --fail-on (medium by default), 1 something found,
2 usage or internal error, 3 nothing to scan, 4 a model could not be scanned to its end,
or anything at all under --strict.
"""


@click.command(epilog=_EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@scan_options
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--cache/--no-cache", default=None, help="Keep what was seen in files on disk for the next scan; off by default."
)
@click.option("--cache-dir", type=click.Path(file_okay=False, path_type=Path), help="Where; turns the cache on.")
@click.option("-v", "--verbose", is_flag=True, help="List safe files too.")
@click.option("-q", "--quiet", is_flag=True, help="One line a target.")
def scan(targets: tuple[str, ...], **options: Any) -> int:
    """Check whether loading a model is safe, and nothing else.

    TARGET is a folder, a file, a Hub id (org/name, org/name@revision), a model page's URL, or `-` for targets on standard
    input. Nothing is loaded, imported or executed, and nobody is asked about a local target.
    """
    request = request_of(options)
    silence_library()
    listed = targets_of(targets)
    policy = _policy(request)
    audits, statuses = _run(listed, request, policy, options)
    if options["form"] != "terminal" or options["path"]:
        output.emit(_document(audits, options, is_many=len(listed) > 1), options["path"])
    return worst(statuses)


def _policy(request: Request) -> Any:
    """Return the policy; what asks for review fails a scan, unless the command line or the settings say otherwise."""
    from weighbridge.scoring.policy import Policy

    policy = policy_of(request)
    if request.fail_on is None and policy.fail_on == Policy().fail_on:
        policy = msgspec.structs.replace(policy, fail_on=Severity.MEDIUM)
    return policy


def _run(
    targets: Sequence[str], request: Request, policy: Any, options: dict[str, Any]
) -> tuple[list[Audit], list[int]]:
    """Scan one target after the other; a failing one is told about and does not stop the others."""
    from weighbridge.api import scan as scan_target
    from weighbridge.cli.main import is_debugging

    sources, audits, statuses = sources_of(request), [], []
    streams = options["form"] == "terminal" and not options["path"]
    for target in targets:
        try:
            with progress_bar(target, is_wanted=not options["quiet"]) as advance:
                found = scan_target(
                    target, depth=request.depth, policy=policy, sources=sources, as_of=request.as_of, progress=advance,
                    cache=scan_cache_of(wanted=options["cache"], folder=options["cache_dir"]),
                )  # fmt: skip
        except WeighbridgeError as error:
            output.complain(f"{target}: {error.message}" if len(targets) > 1 else error.message, error.hint, error.link)
            statuses.append(status_of(error))
            continue
        except Exception as error:  # noqa: BLE001 - a fault met in one target must not cost the others' reports
            output.complain_internal(error, is_traced=is_debugging(), target=target)
            statuses.append(ERROR)
            continue
        statuses.append(status_of_scan(found, policy))
        audits.append(found)
        if streams:
            output.emit(_text(found, options))
    return audits, statuses


def _document(audits: Sequence[Audit], options: dict[str, Any], *, is_many: bool) -> str:
    if options["form"] == "json":
        from weighbridge.render.scan import render_scan_json

        return render_scan_json(audits if is_many or not audits else audits[0])
    if options["form"] == "sarif":
        from weighbridge.checks.security import SCANNING
        from weighbridge.render.sarif import render_sarif

        return render_sarif(audits, SCANNING, alarms_only=True)
    return "\n".join(_text(audit, options) for audit in audits)


def _text(audit: Audit, options: dict[str, Any]) -> str:
    from weighbridge.render.scan import render_scan, render_scan_quiet
    from weighbridge.render.terminal import TerminalOptions

    if options["quiet"]:
        return render_scan_quiet(audit)
    look = output.look(sys.stdout, options["path"])
    return render_scan(audit, TerminalOptions(**look, verbose=options["verbose"]))
