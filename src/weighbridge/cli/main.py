"""The command's entry: commands in a table, errors as people can read them, the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import NoReturn

import click

from weighbridge import __version__
from weighbridge.cli.lazy import Entry, LazyGroup
from weighbridge.cli.status import ERROR, INTERRUPTED, status_of
from weighbridge.errors import WeighbridgeError

COMMANDS = {
    "audit": Entry("weighbridge.cli.audit:audit", "Weigh a model against what its publisher declares."),
    "compare": Entry("weighbridge.cli.compare:compare", "Put several models side by side."),
    "scan": Entry("weighbridge.cli.scan:scan", "Check whether loading a model is safe, and nothing else."),
    "claims": Entry("weighbridge.cli.claims:claims", "List what is claimed, and what it would take to check it."),
    "card": Entry("weighbridge.cli.card:card", "Complete a model card with what can be measured."),
    "registry": Entry(
        "weighbridge.cli.registry:registry", "Make a dataset of a registry, measure it, ask it questions."
    ),
    "search": Entry("weighbridge.cli.search:search", "Find models in a registry by what they must be."),
    "lineage": Entry("weighbridge.cli.lineage:lineage", "Show what a model was made from, and what was made from it."),
    "uses": Entry("weighbridge.cli.uses:uses", "Tell which models source code loads, where, and pinned to what."),
    "lock": Entry("weighbridge.cli.lock:lock", "Pin every model that a project uses, and check the pins in CI."),
    "decide": Entry("weighbridge.cli.decide:decide", "Decide which model to reuse for a task, or none."),
    "measure": Entry(
        "weighbridge.cli.measure:measure", "Run a model on your data and hold a claim against the result."
    ),
    "checks": Entry("weighbridge.cli.checks:checks", "List and explain the checks, offline."),
}

_debug: ContextVar[bool] = ContextVar("debug", default=False)

_EPILOG = """\b
Examples:
  weighbridge audit sentence-transformers/all-MiniLM-L6-v2
  weighbridge audit path/to/model --depth full --format html -o report.html
  weighbridge compare org/one org/two
  weighbridge checks show PV014

\b
Exit status: 0 nothing found at or above --fail-on, 1 something found,
2 usage or internal error, 3 nothing to audit, 4 incomplete under --strict.
"""


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="weighbridge", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show tracebacks of internal errors.")
def cli(debug: bool) -> None:
    """Weigh a pre-trained model against what its publisher declares, before you reuse it."""
    _debug.set(debug or bool(os.environ.get("WEIGHBRIDGE_DEBUG")))


def is_debugging() -> bool:
    """Tell whether tracebacks were asked for."""
    return _debug.get()


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; no exception leaves it."""
    _debug.set(False)
    try:
        status = cli.main(args=list(args) if args is not None else None, prog_name="weighbridge", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        _tell(error.format_message(), f"Try `{_command(error)} --help`.")
        return ERROR
    except WeighbridgeError as error:
        _tell(error.message, error.hint, error.link)
        return status_of(error)
    except (KeyboardInterrupt, click.Abort):
        _tell("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return ERROR
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets a sentence, not a traceback
        _tell_internal(error)
        return ERROR


def _command(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else "weighbridge"


def _tell(message: str, hint: str = "", link: str = "") -> None:
    from weighbridge.cli.output import complain

    complain(message, hint, link)


def _tell_internal(error: Exception) -> None:
    from weighbridge.cli.output import complain_internal

    complain_internal(error, is_traced=is_debugging())


def _close_stdout() -> None:
    """Let the interpreter flush into nothing at exit: whoever read the output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
