"""`weighbridge lock`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import Request, silence_library, sources_of
from weighbridge.cli.status import CLEAN, FOUND, INCOMPLETE, NOTHING

if TYPE_CHECKING:
    from weighbridge.sources.options import SourceOptions
    from weighbridge.sources.repository import Repository
    from weighbridge.uses.lock import Drift, Lock, Weighed
    from weighbridge.uses.use import Report

_EPILOG = """\b
Examples:
  weighbridge lock src/                   ask the Hub for every model's commit, and write weighbridge.lock
  weighbridge lock src/ --offline         take the commits that the local cache holds
  weighbridge lock src/ --check           in CI: exit status 1 when code, lock and cache differ; asks nobody
  weighbridge lock src/ --check --no-hashes    without reading the cached files

\b
Exit status: 0 locked, or nothing differs; 1 something differs; 2 usage or internal error;
3 no model is used; 4 a model could not be locked, only the run tells its name, or code could not be read.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), default=Path("weighbridge.lock"),
    show_default=True, help="The lock file.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Compare instead of writing; offline.")
@click.option("--hashes/--no-hashes", default=True, help="With --check: hash the files that the local cache holds.")
@click.option("--offline", is_flag=True, help="Take commits from the local cache, and ask nobody.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def lock(paths: tuple[Path, ...], **options: Any) -> int:
    """Pin every model that a project's code uses: commit, file hashes, licence and verdict, in one file to commit.

    PATH is source code; the current folder by default. With --check nobody is asked: it fails where code uses a model that is not
    locked, loads one without the locked commit, or where a file in the local cache is not the one that was locked.
    """
    from weighbridge.uses.finding import find_uses

    silence_library()
    sources = sources_of(Request(offline=options["offline"] or options["check"]))
    with progress_bar("reading", is_wanted=not options["quiet"]) as advance:
        report = find_uses(paths or (Path(),), advance)
    if options["check"]:
        return _check(report, sources, options)
    return _write(report, sources, options)


def _write(report: Report, sources: SourceOptions, options: dict[str, Any]) -> int:
    from weighbridge.uses.lock import make_lock, write_lock

    def opened(model: str, revision: str) -> Repository:
        from weighbridge.sources.target import RegistryId, open_registry

        return open_registry(RegistryId(model, revision or None), sources)

    with progress_bar("locking", is_wanted=not options["quiet"]) as advance:
        made, failures = make_lock(report, opened, _weighed, advance)
    for failure in failures:
        output.complain(f"{failure.model} is not locked: {failure.reason}")
    _tell_open(report, "not locked")
    if not made.models and not made.elsewhere and not failures:
        output.tell("no model is used: nothing to lock")
        return NOTHING
    output.emit(write_lock(made), options["path"])
    for line in _summary(made, options["path"]):
        output.tell(line)
    return INCOMPLETE if failures or report.unread or report.unnamed else CLEAN


def _weighed(repository: Repository) -> Weighed:
    from weighbridge.api import audit, scan
    from weighbridge.scoring.danger import dangers
    from weighbridge.scoring.policy import Policy
    from weighbridge.uses.lock import Weighed

    licence = audit(repository, depth="card", policy=Policy(select=("licence",))).overview.licence
    return Weighed(licence, dangers(scan(repository)).worst.value)


def _summary(made: Lock, path: Path) -> list[str]:
    lines = [f"{path}: {len(made.models)} models locked"]
    lines += [
        f"  {held.model}  {held.commit[:12]}  {held.licence or 'no licence'}  {held.verdict}" for held in made.models
    ]
    if made.elsewhere:
        lines.append(f"  {len(made.elsewhere)} of registries without commits: held by name alone")
    return lines


def _check(report: Report, sources: SourceOptions, options: dict[str, Any]) -> int:
    from weighbridge.uses.lock import changed_files, drifts, read_lock, unused

    held = read_lock(options["path"])
    found = drifts(report, held)
    told = ""
    if options["hashes"]:
        changed, compared = changed_files(held, sources)
        found += changed
        told = f"; {compared} files of the local cache compared"
    output.emit("".join(_line(drift) for drift in found))
    for model in unused(report, held):
        output.tell(f"note: {model} is locked and no longer used")
    _tell_open(report, "not checked")
    output.tell(f"{len(found)} differences from {options['path']}{told}")
    if found:
        return FOUND
    return INCOMPLETE if report.unread or report.unnamed else CLEAN


def _tell_open(report: Report, what: str) -> None:
    """Say what no lock can hold: models that only the run names, and files that were not read."""
    for call in report.unnamed:
        output.tell(f"{what}: {call.place} loads a model that the file does not name ({call.reason})")
    for file in report.unread:
        output.tell(f"not read: {file.path}: {file.problem}")


def _line(drift: Drift) -> str:
    from weighbridge.render.text import printable

    place = f"{printable(drift.place, 300)}: " if drift.place else ""
    return f"{place}{printable(drift.model, 200)}: {printable(drift.message, 400)} [{drift.kind}]\n"
