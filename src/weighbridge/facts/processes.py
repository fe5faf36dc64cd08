"""Work spread over processes, results sent back as MessagePack: nothing is pickled, not even between our own processes.

A worker that dies costs the one piece of work that it held. Where the system can hold a process to it, no piece takes more than
a bounded part of a processor's time and of memory, whatever a library in C does meanwhile.
"""

from __future__ import annotations

import os
import selectors
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import msgspec

R = TypeVar("R")

_LENGTH = struct.Struct("<q")
# Only a process that waits for a disk, or shares its processor with many, is so late.
_PATIENCE = 900.0
# What one piece of work may take where nothing else has ended it: seconds of a processor, bytes of memory.
_SECONDS = 40
_MEMORY_BYTES = 440 * 1024 * 1024


class _Worker(NamedTuple):
    """A child process: where its tasks are written and its results are read."""

    pid: int
    tasks: int
    results: int


def spread(work: Callable[[int], R], count: int, kind: type[R], failed: Callable[[int, str], R]) -> list[R]:
    """Return the results of `work` for 0 to `count` - 1, in order, computed on all cores, apart from this process.

    `kind` is the type of a result; `failed` makes one of a reason where the work could not be finished. Processes are started
    by copying this one, which is only safe without threads; otherwise all is done here.
    """
    workers = min(count, _cores())
    if workers < 1 or not hasattr(os, "fork") or threading.active_count() > 1:
        return [work(index) for index in range(count)]
    return _Pool(work, kind, failed).run(count, workers)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Pool:
    """Hands out one piece of work after the other to whoever is free."""

    def __init__(self, work: Callable[[int], Any], kind: type[Any], failed: Callable[[int, str], Any]) -> None:
        self._work = work
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._failed = failed
        self._found: dict[int, Any] = {}
        self._busy: dict[_Worker, int] = {}
        self._alive: set[_Worker] = set()
        self._selector = selectors.DefaultSelector()

    def run(self, count: int, workers: int) -> list[Any]:
        """Return all results in order."""
        waiting = iter(range(count))
        try:
            for _ in range(workers):
                self._hand_out(self._start(), waiting)
            while self._busy:
                ready = self._selector.select(_PATIENCE)
                for worker in [key.data for key, _ in ready] or list(self._busy):
                    self._collect(worker, waiting, is_late=not ready)
        finally:
            for worker in list(self._alive):
                self._end(worker, kill=True)
            self._selector.close()
        return [self._found[index] for index in range(count)]

    def _start(self) -> _Worker:
        task_out, task_in = os.pipe()
        result_out, result_in = os.pipe()
        pid = os.fork()
        if pid == 0:
            # As long as a copy of its pipe is open anywhere, a worker does not see the end of its tasks.
            for descriptor in (task_in, result_out, *(end for other in self._alive for end in other[1:])):
                os.close(descriptor)
            _serve(self._work, task_out, result_in)
        os.close(task_out)
        os.close(result_in)
        worker = _Worker(pid, task_in, result_out)
        self._alive.add(worker)
        self._selector.register(worker.results, selectors.EVENT_READ, worker)
        return worker

    def _hand_out(self, worker: _Worker, waiting: Iterator[int]) -> None:
        index = next(waiting, None)
        if index is None:
            self._end(worker)
            return
        self._busy[worker] = index
        with suppress(BrokenPipeError):  # it has died: reading its result will tell
            os.write(worker.tasks, _LENGTH.pack(index))

    def _collect(self, worker: _Worker, waiting: Iterator[int], *, is_late: bool) -> None:
        index = self._busy.pop(worker)
        answer = None if is_late else _receive(worker.results)
        if answer is not None:
            self._found[index] = self._decoder.decode(answer.data)
        if answer is not None and not answer.is_last:
            self._hand_out(worker, waiting)
            return
        status = self._end(worker, kill=answer is None)
        if answer is None:
            self._found[index] = self._failed(index, "it takes too long" if is_late else _reason(status))
        if (more := next(waiting, None)) is not None:
            self._hand_out(self._start(), chain((more,), waiting))

    def _end(self, worker: _Worker, *, kill: bool = False) -> int:
        self._busy.pop(worker, None)
        self._alive.discard(worker)
        self._selector.unregister(worker.results)
        os.close(worker.tasks)
        os.close(worker.results)
        if kill:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            return os.waitpid(worker.pid, 0)[1]
        return 0


def _reason(status: int) -> str:
    """Say why a worker ended, by what the system tells of it."""
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == getattr(signal, "SIGXCPU", None):
        return f"it takes more than {_SECONDS} seconds of a processor"
    return "the process that scanned it ended: it needs more than this machine has"


def _serve(work: Callable[[int], Any], tasks: int, results: int) -> None:
    """Do pieces of work until there are no more; never returns into the copied program."""
    status = 1
    try:
        bounds = _Bounds()
        while (task := _exactly(tasks, _LENGTH.size)) is not None:
            bounds.renew()
            data = msgspec.msgpack.encode(work(_LENGTH.unpack(task)[0]))
            is_last = bounds.is_tired
            _send(results, data, is_last=is_last)
            if is_last:
                break
        status = 0
    finally:
        os._exit(status)


class _Bounds:
    """What the system lets this process take: memory in all, a processor's time for each piece of work."""

    def __init__(self) -> None:
        self._begun = _held_bytes()
        with suppress(ImportError, ValueError, OSError, AttributeError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if self._begun:
                _, most = resource.getrlimit(resource.RLIMIT_DATA)
                resource.setrlimit(resource.RLIMIT_DATA, (self._begun + _MEMORY_BYTES, most))

    def renew(self) -> None:
        """Grant a processor's time for the next piece of work."""
        with suppress(ImportError, ValueError, OSError, AttributeError):
            import resource

            _, most = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + _SECONDS, most))

    @property
    def is_tired(self) -> bool:
        """Whether so much memory is held still that the next piece of work would have less."""
        return bool(self._begun) and _held_bytes() > self._begun + _MEMORY_BYTES // 8


def _held_bytes() -> int:
    """Return how much memory this process holds for data; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as table:  # noqa: PTH123 - no path of a stranger, and often
            return int(table.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class _Answer(NamedTuple):
    """A result, and whether the worker that sent it sends no other."""

    data: bytes
    is_last: bool


def _send(descriptor: int, data: bytes, *, is_last: bool) -> None:
    view = memoryview(_LENGTH.pack(~len(data) if is_last else len(data)) + data)
    while view:
        view = view[os.write(descriptor, view) :]


def _receive(descriptor: int) -> _Answer | None:
    header = _exactly(descriptor, _LENGTH.size)
    if header is None:
        return None
    length = _LENGTH.unpack(header)[0]
    data = _exactly(descriptor, ~length if length < 0 else length)
    return None if data is None else _Answer(data, length < 0)


def _exactly(descriptor: int, length: int) -> bytes | None:
    """Read that many bytes; None when the other side has gone."""
    parts = []
    while length > 0:
        part = os.read(descriptor, min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
