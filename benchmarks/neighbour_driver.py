"""Runs one neighbour's own command over many paths, inside the neighbour's environment: `driver.py NAME < paths > answers`.

The package is imported once; each path is then scanned in a copy of the process, with the arguments that its users give, a time
limit and a memory limit, so that what it prints and leaves is what its command prints and leaves. Nothing but the standard library.
"""

import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

SECONDS, MEMORY = 60, 4 * 1024**3
COMMANDS = {
    "picklescan": ("picklescan.cli", "main", ["-p"]),
    "fickling": ("fickling.__main__", "main", ["--check-safety"]),
    "modelscan": ("modelscan.cli", "main", ["-p"]),
    "modelaudit": ("modelaudit.__main__", "_run", ["scan", "--no-cache"]),
}
# Status 1 with one of these is an error, not a finding.
ERRORS = ("failed to parse this pickle", "No pickle files detected")
TIMED_OUT = 124


def main() -> None:
    name = sys.argv[1]
    module, function, options = COMMANDS[name]
    os.environ["PROMPTFOO_DISABLE_TELEMETRY"] = "1"
    run = getattr(importlib.import_module(module), function)
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        # fickling takes files alone.
        paths = [p for p in sorted(path.rglob("*")) if p.is_file()] if name == "fickling" and path.is_dir() else [path]
        started = time.perf_counter()
        answers = [one(run, [name, *options, str(p)]) for p in paths]
        status = max((status for status, _ in answers), key=lambda status: (status == 1, status), default=0)
        found = any(found for _, found in answers)
        seconds = time.perf_counter() - started
        print(json.dumps({"path": line.rstrip("\n"), "status": status, "found": found, "seconds": seconds}), flush=True)


def one(run, arguments):  # type: ignore[no-untyped-def]
    """Return the exit status and whether that is a finding."""
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            serve(run, arguments, output)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        output.seek(0)
        text = output.read(1_000_000).decode("utf-8", "replace")
    if status == -signal.SIGALRM:
        return TIMED_OUT, False
    return status if status >= 0 else 2, status == 1 and not any(error in text for error in ERRORS)


def serve(run, arguments, output):  # type: ignore[no-untyped-def]
    """Be the command; never returns."""
    status = 2
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            signal.alarm(SECONDS)
            sys.argv = arguments
            answer = run()
            status = answer if isinstance(answer, int) else 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:  # noqa: BLE001 - an uncaught error leaves 1, as it does for its users, and is no finding
        os.write(1, b"failed to parse this pickle (uncaught)")
        status = 1
    finally:
        os._exit(status)


main()
