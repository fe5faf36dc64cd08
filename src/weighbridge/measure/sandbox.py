"""A process of its own, with limits, for what must not take the program down with it.

    with Sandbox("weighbridge.measure.worker:serve", limits=Limits(memory=4 * GIB), folder=scratch) as box:
        answer = box.ask({"do": "load"})

The function runs in a fresh interpreter with a clean environment, without a network, and under limits of memory, processor time
and wall-clock time (`cell`). Requests and answers are JSON, a line each. Whatever ends the process early (a crash, a hang, more
memory than allowed, an answer that is none) is a `ModelFailed` that says which; `ended` keeps the particulars. What was answered
before stays with the caller.

The process has the rights of the user who started it: the limits keep a faulty model from doing harm, they are no prison for a
hostile one. That is what the scan before the run is for.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from weighbridge.errors import ModelFailed, UsageError

GIB = 1024**3
_CELL = "weighbridge.measure.cell"
_STDERR_BYTES = 4096
_BLOCK = 1 << 16
_GRACE = 5.0


class Limits(msgspec.Struct, frozen=True):
    """What the process may use: bytes of memory, seconds, bytes of one written file, threads, and the length of one answer.

    `silence` is how long one answer may take; None leaves only `seconds` for all of them.
    """

    memory: int = 8 * GIB
    seconds: float = 3600.0
    silence: float | None = None
    cpu_seconds: int | None = None
    file_size: int = 4 * GIB
    threads: int = 2
    answer: int = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        """Raise `UsageError` for limits under which nothing can run."""
        if min(self.memory, self.seconds, self.threads, self.answer, self.file_size) <= 0:
            raise UsageError("limits of a run have to be positive", hint="Give more memory, time or threads.")


class Ending(StrEnum):
    """How the process ended."""

    FINISHED = "finished"
    RAISED = "raised"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out of memory"
    OUT_OF_TIME = "out of time"
    BROKE_PROTOCOL = "broke the protocol"


class Ended(msgspec.Struct, frozen=True):
    """The particulars of an end: exit status (negative: a signal), seconds, the tail of its complaints."""

    ending: Ending
    reason: str
    status: int | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    complaints: str = ""


class Sandbox:
    """One such process. `isolation` tells what keeps it from the network: `namespace`, or `interpreter` where that is not allowed."""

    def __init__(self, function: str, *, limits: Limits | None = None, folder: Path | None = None) -> None:
        """Take a `module:function` that is called with `requests`, an iterator, and `answer`, a function that sends one."""
        self.limits = limits or Limits()
        self.ended: Ended | None = None
        self.isolation = ""
        self._function = function
        self._folder = folder
        self._buffer = bytearray()
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Start the process. Raises `ModelFailed` when it does not come up."""
        scratch = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="weighbridge-")))
        self._stderr = self._stack.enter_context((scratch / "stderr").open("w+b"))
        self._begun = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-P", "-m", _CELL, self._function, msgspec.json.encode(self.limits).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=self._folder or scratch,
            env=_environment(scratch, self.limits.threads),
            start_new_session=True,
        )
        self._stack.callback(self._kill)
        try:
            self.isolation = str(self._receive(self._deadline())["network"])
        except (KeyError, TypeError):
            self._fail(Ending.BROKE_PROTOCOL, "it did not say hello")
        except BaseException:  # `__exit__` is not called when entering fails
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the process end, or end it, and all that it started."""
        if self.ended is None:
            with contextlib.suppress(OSError):
                self._stdin.close()
            if kind is None:
                self._settle(Ending.FINISHED, "")
        self._stack.close()

    def ask(self, request: Any) -> Any:
        """Send a request and return its answer. Raises `ModelFailed` when none comes; the process has ended then."""
        if self.ended is not None:
            raise ModelFailed(f"the process has ended: {self.ended.reason}", ending=self.ended.ending)
        deadline = self._deadline()
        self._send(msgspec.json.encode(request) + b"\n", deadline)
        return self._receive(deadline)

    @property
    def _stdin(self) -> Any:
        return self._process.stdin

    def _deadline(self) -> float:
        whole = self._begun + self.limits.seconds
        return whole if self.limits.silence is None else min(whole, time.monotonic() + self.limits.silence)

    def _send(self, data: bytes, deadline: float) -> None:
        descriptor = self._stdin.fileno()
        os.set_blocking(descriptor, False)
        view = memoryview(data)
        while view:
            self._wait(descriptor, selectors.EVENT_WRITE, deadline)
            try:
                view = view[os.write(descriptor, view[:_BLOCK]) :]
            except BlockingIOError:
                continue
            except OSError:
                self._fail_by_status()

    def _receive(self, deadline: float) -> Any:
        line = self._line(deadline)
        try:
            answer = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._fail(Ending.BROKE_PROTOCOL, "its answer is no JSON")
        if isinstance(answer, dict) and "failure" in answer:
            reason = str(answer["failure"])[:1000]
            self._fail(Ending.OUT_OF_MEMORY if answer.get("memory") else Ending.RAISED, reason)
        if not isinstance(answer, dict) or "answer" not in answer:
            self._fail(Ending.BROKE_PROTOCOL, "its answer has another form than agreed")
        return answer["answer"]

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        descriptor = self._process.stdout.fileno()
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > self.limits.answer:
                self._fail(Ending.BROKE_PROTOCOL, f"its answer is longer than {self.limits.answer:,} bytes")
            self._wait(descriptor, selectors.EVENT_READ, deadline)
            data = os.read(descriptor, _BLOCK)
            if not data:
                self._fail_by_status()
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        """Wait until the pipe is ready, or fail because time is over."""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                took = time.monotonic() - self._begun
                self._fail(Ending.OUT_OF_TIME, f"no answer in time, {took:,.0f} seconds after it began")

    def _fail_by_status(self) -> None:
        """Tell why the process has gone."""
        self._settle(Ending.CRASHED, "")
        assert self.ended is not None  # noqa: S101 - just settled
        ending, reason = _told_by(self.ended)
        self.ended = msgspec.structs.replace(self.ended, ending=ending, reason=reason)
        raise ModelFailed(f"the model's process failed: {reason}", ending=ending, hint=_HINTS.get(ending, ""))

    def _fail(self, ending: Ending, reason: str) -> None:
        self._kill()
        self._settle(ending, reason)
        raise ModelFailed(f"the model's process failed: {reason}", ending=ending, hint=_HINTS.get(ending, ""))

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _settle(self, ending: Ending, reason: str) -> None:
        """Wait for the end, and note what it used."""
        if self.ended is not None:
            return
        status, cpu = self._reaped()
        took = time.monotonic() - self._begun
        self.ended = Ended(ending, reason, status, took, cpu, self._complaints())
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _reaped(self) -> tuple[int, float]:
        """Return exit status and processor seconds of the process, which gets a little time to go by itself."""
        until = time.monotonic() + _GRACE
        while True:
            pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > until:
                self._kill()
            time.sleep(0.01)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode, usage.ru_utime + usage.ru_stime

    def _complaints(self) -> str:
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - _STDERR_BYTES))
        return self._stderr.read().decode("utf-8", "replace")


_HINTS = {
    Ending.OUT_OF_MEMORY: "Allow more memory, or use smaller batches.",
    Ending.OUT_OF_TIME: "Allow more time, or measure fewer items.",
}


def _told_by(ended: Ended) -> tuple[Ending, str]:
    """Return what an exit status and the last complaints say."""
    status, complaints = ended.status or 0, ended.complaints.lower()
    if "bad_alloc" in complaints or "memoryerror" in complaints or "cannot allocate memory" in complaints:
        return Ending.OUT_OF_MEMORY, "it asked for more memory than it may have"
    if status == -signal.SIGXCPU:
        return Ending.OUT_OF_TIME, "it used more processor time than it may"
    if status == -signal.SIGXFSZ:
        return Ending.CRASHED, "it wrote a larger file than it may"
    if status == -signal.SIGKILL:
        return Ending.OUT_OF_MEMORY, "the operating system ended it, most likely for want of memory"
    if status < 0:
        return Ending.CRASHED, f"it crashed ({signal.Signals(-status).name})"
    last = ended.complaints.strip().rpartition("\n")[2][:300]
    return Ending.CRASHED, f"it ended by itself with status {status}" + (f": {last}" if last else "")


def _environment(scratch: Path, threads: int) -> dict[str, str]:
    """Return a clean environment: no tokens, no proxies, nothing to fetch, and a home that goes with the process."""
    count = str(threads)
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), count),
    }
