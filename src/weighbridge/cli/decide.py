"""`weighbridge decide`: from a task to the model to reuse, or to none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import SEVERITIES, Request, policy_of, silence_library, sources_of
from weighbridge.cli.status import CLEAN, FOUND, INCOMPLETE
from weighbridge.errors import UsageError

if TYPE_CHECKING:
    from weighbridge.decide.record import Decision

_EPILOG = """\b
Examples:
  weighbridge decide init --data posts.csv --candidate org/one --candidate path/to/two > weighbridge.toml
  weighbridge decide init --task image-classification --data photos --candidate models > weighbridge.toml
  weighbridge decide init --data posts.csv --search "sentence similarity, German, < 500 MB" --registry hub/
  weighbridge decide run weighbridge.toml          stages 1 to 4; run it again to go on where it stopped
  weighbridge decide explain                       why this one, why not the others, what would change it
"""
_FOLDER = "decision"
_NEEDED = ("numpy", "sklearn", "scipy", "statsmodels", "torch", "transformers", "tokenizers", "onnxruntime", "PIL")
# What pip and the libraries of a run may see of this program's environment.
_PASSED_ON = (
    "PATH", "HOME", "LANG", "TMPDIR", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONFIG_FILE",
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
)  # fmt: skip


@click.group(epilog=_EPILOG)
def decide() -> None:
    """Decide which model to reuse for a task, or that none is worth it, by measuring on your own data."""


@decide.command(epilog=_EPILOG)
@click.option(
    "--task",
    type=click.Choice(("text-classification", "image-classification", "tabular-classification")),
    default="text-classification",
)
@click.option("--data", help="CSV, TSV or JSON lines with labelled items; a folder with one folder of images a class.")
@click.option("--text", default="text", show_default=True, help="The column of texts.")
@click.option(
    "--image", default="", metavar="COLUMN", help="The column of images' paths, where its name does not tell."
)
@click.option("--label", default="label", show_default=True, help="The column of classes.")
@click.option("--candidate", multiple=True, help="A model, or a folder of models; may be repeated.")
@click.option("--search", default="", metavar="WORDS", help="Find candidates by what they must be.")
@click.option("--registry", default="", metavar="FOLDER", help="Search this dataset of a registry instead of the Hub.")
@click.option("--licence", multiple=True, help="An allowed licence; may be repeated.")
@click.option("--size", default="", help="The most that the artefact may take on disk, such as `100 MB`.")
@click.option("--memory", default="", help="The most memory that it may need, such as `1 GiB`.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="The policy: reject candidates with findings so grave.")
@click.option("--latency", type=float, help="The most milliseconds an item may take.")
@click.option("--budget", default="10 min", show_default=True, help="The time for everything.")
def init(candidate: tuple[str, ...], licence: tuple[str, ...], **options: Any) -> int:
    """Write a task's settings to standard output; on a terminal, ask for what no option gives."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        options["data"] = options["data"] or click.prompt("File of labelled items", err=True)
        candidate = candidate or tuple(click.prompt("Candidates, separated by commas", err=True).split(","))
        options["size"] = options["size"] or click.prompt(
            "Size limit (empty for none)", "", show_default=False, err=True
        )
    if options["registry"] and not options["search"]:
        raise UsageError("--registry needs --search", hint="Say in words what the candidates must be.")
    if not options["data"]:
        raise UsageError("no data are named", hint="Give --data FILE, or run it on a terminal.")
    output.emit(_settings([name.strip() for name in candidate if name.strip()], licence, options))
    return CLEAN


def _settings(candidates: list[str], licences: tuple[str, ...], options: dict[str, Any]) -> str:
    from json import dumps as quoted  # TOML's basic strings are JSON's

    policy = [f"fail-on = {quoted(options['fail_on'])}", ""] if options["fail_on"] else []
    lines = [*policy, "[decide]", f"task = {quoted(options['task'])}", f"data = {quoted(options['data'])}"]
    if options["task"] == "text-classification":
        lines.append(f"text = {quoted(options['text'])}")
    if options["image"]:
        lines.append(f"image = {quoted(options['image'])}")
    lines += [
        f"label = {quoted(options['label'])}",
        f"candidates = {quoted(candidates)}",
        f"budget = {quoted(options['budget'])}",
    ]
    searched = [
        f"{key} = {quoted(options[of])}" for key, of in (("words", "search"), ("registry", "registry")) if options[of]
    ]
    searched = ["", "[decide.search]", *searched] if options["search"] else []
    limits = [f"{key} = {quoted(options[key])}" for key in ("size", "memory") if options[key]]
    limits += [f"latency = {options['latency']:g}"] if options["latency"] else []
    limits += [f"licences = {quoted(list(licences))}"] if licences else []
    return "\n".join([*lines, *searched, *(["", "[decide.limits]", *limits] if limits else [])]) + "\n"


@decide.command(epilog=_EPILOG)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default="weighbridge.toml")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The decision's folder; `decision` beside FILE.",
)
@click.option("--offline", is_flag=True, help="Ask no registry; read only what is on disk.")
@click.option("--threads", type=click.IntRange(1, 256), default=2, show_default=True, help="Threads of the runs.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar, one line at the end.")
def run(file: Path, folder: Path | None, offline: bool, threads: int, quiet: bool) -> int:
    """Go through the four stages and write decision.md, decision.json, decision.html and the artefact.

    What was measured is kept: run again after an interruption or a changed setting, and only what is new is measured.
    """
    needs("reuse", *_NEEDED)
    from weighbridge.decide.session import Session
    from weighbridge.decide.task import load_task
    from weighbridge.decide.workflow import decide as settle
    from weighbridge.reuse.jobs import Workshop

    silence_library()
    task, request = load_task(file), Request(config=file, offline=offline)
    if task.search is not None and task.search.registry:
        needs("registry", "duckdb", "pyarrow")
    home = (folder or file.parent / _FOLDER).resolve()
    workshop = Workshop(home / "work", {k: os.environ[k] for k in _PASSED_ON if k in os.environ}, threads=threads)
    _make(workshop.folder)
    with progress_bar("decide", is_wanted=not quiet) as advance:
        session = Session(task, workshop, home, policy_of(request), sources_of(request), advance)
        decision = settle(session, file.parent)
    _write(decision, home)
    output.emit(_summary(decision, home, quiet=quiet))
    return _status(decision)


@decide.command(epilog=_EPILOG)
@click.argument("record", type=click.Path(exists=True, path_type=Path), default=_FOLDER)
def explain(record: Path) -> int:
    """Tell why this one, why not the others, and what would change the answer; reads the record alone."""
    from weighbridge.decide.explain import explain as explained
    from weighbridge.render.decision import headline, read_json

    path = record / "decision.json" if record.is_dir() else record
    try:
        decision = read_json(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", hint="Run `weighbridge decide run` first."
        ) from None
    found = explained(decision)
    parts = (
        ("Why", found.why),
        ("Why not the others", found.why_not),
        ("What would change the answer", found.would_change),
    )
    output.emit(_told(headline(decision), parts))
    return _status(decision)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}", hint="Choose another place with -o.") from None


def _write(decision: Decision, home: Path) -> None:
    from weighbridge.render.decision import render_html, render_json, render_markdown

    output.emit(render_json(decision), home / "decision.json")
    output.emit(render_markdown(decision), home / "decision.md")
    output.emit(render_html(decision), home / "decision.html")


def _summary(decision: Decision, home: Path, *, quiet: bool) -> str:
    from weighbridge.decide.explain import explain as explained
    from weighbridge.render.decision import headline

    parts = () if quiet else (("Why", explained(decision).why),)
    return _told(headline(decision), parts) + f"\n{home}\n"


def _told(title: str, parts: Any) -> str:
    from weighbridge.render.text import plain, printable

    lines = [title]
    for name, sentences in parts:
        if sentences:
            lines += ["", name, *(f"  - {printable(sentence)}" for sentence in sentences)]
    encoding = output.encoding_of(sys.stdout)
    return "\n".join(plain(line, encoding) for line in lines) + "\n"


def _status(decision: Decision) -> int:
    if decision.answer.value == "neither":
        return FOUND
    found = decision.deployment
    return CLEAN if found and found.is_clean and found.smoke_test == "passed" else INCOMPLETE
