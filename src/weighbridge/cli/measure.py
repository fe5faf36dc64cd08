"""`weighbridge measure`."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from weighbridge.cli import output
from weighbridge.cli.extras import needs
from weighbridge.cli.progress import progress_bar
from weighbridge.cli.settings import silence_library
from weighbridge.cli.status import CLEAN, FOUND, INCOMPLETE
from weighbridge.errors import UsageError
from weighbridge.model import State

FORMATS = ("terminal", "json", "html")
TASKS = (
    "text-classification", "text-scoring", "sentence-similarity", "image-classification", "tabular-classification",
    "tabular-regression", "token-classification", "question-answering", "fill-mask", "summarization", "translation",
    "text-generation", "language-modelling", "audio-classification", "automatic-speech-recognition",
)  # fmt: skip

_EPILOG = """\b
Examples:
  weighbridge measure path/to/model --task text-classification --data reviews.csv --label label
  weighbridge measure path/to/model --task image-classification --data photos/     one folder a class
  weighbridge measure path/to/model --claim 2 --task sentence-similarity --data stsb-test.csv --dataset stsb --split test
  weighbridge measure path/to/model --task translation --data pairs.jsonl --text source --label reference
  weighbridge measure path/to/package --runner my_model.py:predict --task text-scoring --data tweets.csv
  weighbridge measure --repeat evidence/measurement.json

\b
Exit status: 0 measured, and the claim holds, 1 the claim is contradicted or a repetition differs,
2 usage or internal error, 4 the model did not come to its end, or the claim could not be decided.
"""


@click.command(epilog=_EPILOG)
@click.argument("target", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--task", type=click.Choice(TASKS), help="What the model is asked to do.")
@click.option("--data", type=click.Path(path_type=Path), help="A table, or a folder of images by class.")
@click.option(
    "--text", default="", metavar="COLUMN", help="The column of texts or images; two of them, A,B, for pairs."
)
@click.option("--label", default="", metavar="COLUMN", help="The column of the truth.")
@click.option("--classes", default="", metavar="A=B,…", help="What the data's classes are called by the model.")
@click.option("--runner", default="", metavar="NAME", help="A runner, or your own module:function or file.py:function.")
@click.option("--file", default="", metavar="NAME", help="Which of the folder's model files to run.")
@click.option("--claim", type=click.IntRange(min=1), help="Hold this claim against the figure (`weighbridge claims`).")
@click.option("--dataset", default="", metavar="NAME", help="What the data are known as, for comparing with the claim.")
@click.option("--split", default="", metavar="NAME", help="Which of its splits they are.")
@click.option(
    "--same-data", "is_same_data", is_flag=True, help="The data are those of the claim, whatever they are called."
)
@click.option("--limit", type=click.IntRange(min=2), metavar="N", help="Draw N items at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="For everything that is drawn.")
@click.option("--batch", type=click.IntRange(1, 4096), default=32, show_default=True, help="Items asked at once.")
@click.option("--threads", type=click.IntRange(1, 256), default=2, show_default=True, help="Threads of the model.")
@click.option(
    "--memory",
    type=click.FloatRange(min=0.25),
    default=8.0,
    show_default=True,
    metavar="GIB",
    help="Memory the model may have.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="Time the model may take.",
)
@click.option(
    "--evidence",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("evidence"),
    show_default=True,
    help="Where predictions and measurement.json go.",
)
@click.option("--fresh", is_flag=True, help="Ask again what the evidence folder has answers to.")
@click.option("--quick", "is_quick", is_flag=True, help="Only the figures: no timing, robustness or explanations.")
@click.option("--trust", is_flag=True, help="Run it although the scan objects, and run code that it brings.")
@click.option(
    "--repeat",
    "repeated",
    type=click.Path(exists=True, path_type=Path),
    metavar="BUNDLE",
    help="Do a measurement again and compare.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="What to write."
)
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
def measure(target: Path | None, **options: Any) -> int:  # fmt: skip
    """Run a model on your data: accuracy beside simple baselines, speed, memory, robustness; and the verdict on a claim.

    TARGET is a folder or a model file. It is scanned first, then run in a process of its own with limits and without a
    network. Predictions are written as they come: a run that was stopped goes on where it was.
    """
    silence_library()
    needs("measure", "numpy", "scipy", "sklearn", "statsmodels")
    if options["repeated"] is not None:
        return _repeat(target, options)
    plan = planned(target, options)
    return _report(run_plan(plan, options), options)


def planned(target: Path | None, options: dict[str, Any]) -> Any:
    """Return what is asked for, as options tell it. Raises `UsageError`."""
    from weighbridge.measure.evidence import Plan
    from weighbridge.measure.labels import parse_classes
    from weighbridge.measure.tasks import Task

    if target is None or options["data"] is None or options["task"] is None:
        raise UsageError("TARGET, --task and --data are needed", hint="Or --repeat a measurement.json.")
    is_function = ":" in options["runner"]
    known = {name: options[name] for name in Plan.__struct_fields__ if name in options}
    known |= {
        "target": str(target), "data": str(options["data"]), "task": Task(options["task"]),
        "classes": parse_classes(options["classes"]),
        "runner": "function" if is_function else options["runner"], "function": _function(options["runner"]) if is_function else "",
        "file": options["file"] or (target.name if target.is_file() else ""),
    }  # fmt: skip
    return Plan(**known)


def _function(text: str) -> str:
    """Return a function's place such that another folder's process finds it."""
    place, _, name = text.rpartition(":")
    if not place.endswith(".py"):
        return text
    if not Path(place).is_file():
        raise UsageError(f"{place} does not exist", hint="Write --runner file.py:function.")
    return f"{Path(place).resolve()}:{name}"


def run_plan(plan: Any, options: dict[str, Any]) -> Any:
    """Scan a model and measure it in the sandbox; return the measurement."""
    from weighbridge.measure.evidence import PREDICTIONS
    from weighbridge.measure.measuring import Bench, measure
    from weighbridge.measure.sandbox import GIB, Limits

    evidence: Path = options["evidence"]
    if options["fresh"]:
        (evidence / PREDICTIONS).unlink(missing_ok=True)
    subject = _subject(plan)
    limits = Limits(memory=int(options["memory"] * GIB), seconds=options["timeout"], threads=plan.threads)
    with progress_bar(plan.target, is_wanted=True) as advance:
        return measure(plan, subject, Bench(evidence, limits, _command(plan), advance))


def _subject(plan: Any) -> Any:
    """Open and scan the model, hash its files, and look up the claim. Raises `UsageError` for one that is unsafe to run."""
    import datetime

    from weighbridge.facts.catalogue import READERS
    from weighbridge.facts.contents import Contents
    from weighbridge.facts.engine import Facts
    from weighbridge.measure.claimed import claimed_by
    from weighbridge.measure.measuring import Subject
    from weighbridge.model import Depth
    from weighbridge.sources.folder import FolderRepository

    target = Path(plan.target)
    folder = target if target.is_dir() else target.parent
    if not plan.trust:
        _require_safe(target)
    repository = FolderRepository(folder)
    today = datetime.datetime.now(datetime.UTC).date()
    contents = Facts(repository, READERS, depth=Depth.FULL, as_of=today).need(Contents)
    claim = claimed_by(repository, as_of=today).claim(plan.claim) if plan.claim else None
    return Subject(folder, contents.hashes, repository.ref.commit or "", claim)


def _require_safe(target: Path) -> None:
    from weighbridge.api import scan
    from weighbridge.scoring.danger import Danger, dangers

    result = dangers(scan(str(target), depth="full"))
    if result.worst in {Danger.MALICIOUS, Danger.REVIEW} or result.has_unread_models:
        reasons = [
            f"{f.path}: {f.reasons[0].message}" for f in result.files if f.danger is not Danger.SAFE and f.reasons
        ]
        reasons += [verdict.message for verdict in result.general]
        raise UsageError(
            f"{target} is not run: {'; '.join(reasons[:3]) or result.worst.value}",
            hint="Look at `weighbridge scan` first; --trust runs it all the same, with your rights.",
        )


def _command(plan: Any) -> str:
    """Return the command that does it again."""
    words = ["weighbridge", "measure", plan.target, "--task", plan.task, "--data", plan.data]
    words += ["--runner", plan.function or plan.runner] if plan.function or plan.runner else []
    for name, known in (
        ("--text", plan.text),
        ("--label", plan.label),
        ("--dataset", plan.dataset),
        ("--split", plan.split),
    ):
        words += [name, known] if known else []
    words += ["--classes", ",".join(f"{a}={b}" for a, b in plan.classes.items())] if plan.classes else []
    words += ["--claim", str(plan.claim)] if plan.claim else []
    words += ["--limit", str(plan.limit)] if plan.limit else []
    words += ["--seed", str(plan.seed), "--batch", str(plan.batch), "--threads", str(plan.threads)]
    words += [
        f"--{flag}"
        for flag, is_set in (("same-data", plan.is_same_data), ("quick", plan.is_quick), ("trust", plan.trust))
        if is_set
    ]
    return shlex.join(str(word) for word in words)


def _repeat(target: Path | None, options: dict[str, Any]) -> int:
    """Do a measurement again in a folder of its own, and tell what is not as it was."""
    from weighbridge.measure.evidence import read_measurement
    from weighbridge.measure.repeat import compare

    before = read_measurement(options["repeated"])
    plan = msgspec.structs.replace(before.plan, target=str(target or before.plan.target))
    if not Path(plan.target).exists():
        raise UsageError(f"{plan.target} is not here", hint="Give the model's folder as TARGET.")
    # A bundle is a file like any other: it does not decide what may be run.
    plan = msgspec.structs.replace(plan, trust=options["trust"])
    if plan.function and not options["trust"]:
        raise UsageError(f"the bundle runs your function {plan.function}", hint="Say --trust when you know it.")
    place = options["evidence"] / "repeated"
    shutil.rmtree(place, ignore_errors=True)
    after = run_plan(plan, {**options, "evidence": place})
    status = _report(after, options)
    differences = compare(before, after)
    for difference in differences:
        output.tell(f"{difference.what}: {difference.before} before, {difference.after} now")
    output.tell("the figures differ" if any(d.is_result for d in differences) else "the figures are the same")
    return FOUND if any(d.is_result for d in differences) else status


def _report(made: Any, options: dict[str, Any]) -> int:
    from weighbridge.render.measurement import render_measurement, render_measurement_html
    from weighbridge.render.terminal import TerminalOptions

    if options["form"] == "json":
        text = msgspec.json.format(msgspec.json.encode(made)).decode() + "\n"
    elif options["form"] == "html":
        text = render_measurement_html(made)
    else:
        text = render_measurement(made, TerminalOptions(**output.look(sys.stdout, options["path"])))
    output.emit(text, options["path"])
    output.tell(f"evidence in {options['evidence']}")
    if made.failure:
        output.complain(made.failure, "What it had answered is kept; the same command goes on from there.")
        return INCOMPLETE
    states = {held.judgement.state for held in made.judged}
    return FOUND if State.CONTRADICTED in states else INCOMPLETE if State.UNKNOWN in states else CLEAN
