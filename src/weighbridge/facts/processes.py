"""Work spread over processes, results sent back as MessagePack: nothing is pickled, not even between our own processes.

A worker that dies (a reader that ran out of memory was ended by the system) costs the one piece of work that it held.
"""

from __future__ import annotations

import os
import selectors
import signal
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import msgspec

R = TypeVar("R")

_LENGTH = struct.Struct("<q")
_PATIENCE = 120.0


class _Worker(NamedTuple):
    """A child process: where its tasks are written and its results are read."""

    pid: int
    tasks: int
    results: int


def spread(work: Callable[[int], R], count: int, kind: type[R], failed: Callable[[int, str], R]) -> list[R]:
    """Return the results of `work` for 0 to `count` - 1, in order, computed on all cores where that is safe.

    `kind` is the type of a result; `failed` makes one of a reason where the work could not be finished. Processes are started
    by copying this one, which is only safe without threads; otherwise, and on a single core, all is done here.
    """
    workers = min(count, _cores())
    if workers < 2 or not hasattr(os, "fork") or threading.active_count() > 1:
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
        data = None if is_late else _receive(worker.results)
        if data is not None:
            self._found[index] = self._decoder.decode(data)
            self._hand_out(worker, waiting)
            return
        reason = (
            "it takes too long" if is_late else "the process that scanned it ended: it needs more than this machine has"
        )
        self._found[index] = self._failed(index, reason)
        self._end(worker, kill=True)
        self._hand_out(self._start(), waiting)

    def _end(self, worker: _Worker, *, kill: bool = False) -> None:
        self._busy.pop(worker, None)
        self._alive.discard(worker)
        self._selector.unregister(worker.results)
        os.close(worker.tasks)
        os.close(worker.results)
        if kill:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(worker.pid, 0)


def _serve(work: Callable[[int], Any], tasks: int, results: int) -> None:
    """Do pieces of work until there are no more; never returns into the copied program."""
    status = 1
    try:
        while (task := _exactly(tasks, _LENGTH.size)) is not None:
            data = msgspec.msgpack.encode(work(_LENGTH.unpack(task)[0]))
            _send(results, data)
        status = 0
    finally:
        os._exit(status)


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(descriptor, view) :]


def _receive(descriptor: int) -> bytes | None:
    header = _exactly(descriptor, _LENGTH.size)
    return None if header is None else _exactly(descriptor, _LENGTH.unpack(header)[0])


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
