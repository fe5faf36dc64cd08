"""What runs inside the sandbox: limits first, then the one function that the sandbox was made for.

    python -P -m weighbridge.measure.cell MODULE:FUNCTION LIMITS

Standard output belongs to the protocol; what a model prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.measure.sandbox import GIB, Limits

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_PDEATHSIG, _NO_NEW_PRIVILEGES = 1, 38
# Libraries reserve much address space that they never use, so that the memory itself is limited more strictly than it.
_RESERVED = 64 * GIB
_NETWORK_EVENTS = frozenset({"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"})


class NetworkRefused(OSError):
    """A model in the sandbox asked for the network."""


def limit(limits: Limits) -> None:
    """Set what the kernel enforces."""
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_DATA, limits.memory)
    _set(resource.RLIMIT_AS, limits.memory + _RESERVED)
    _set(resource.RLIMIT_FSIZE, limits.file_size)
    # Threads share the processor's time: each of them may use all the seconds there are.
    _set(resource.RLIMIT_CPU, limits.cpu_seconds or int(limits.seconds * limits.threads) + 1)


def _set(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit (macOS: RLIMIT_AS)
        resource.setrlimit(kind, (capped, capped))


def leave_network() -> str:
    """Cut the process off: by a network namespace where the kernel allows one, else by refusing in the interpreter."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        user, group = os.getuid(), os.getgid()
        if library.unshare(_NEWUSER | _NEWNET) == 0:
            _keep_identity(user, group)
            return "namespace"
        if library.unshare(_NEWNET) == 0:
            return "namespace"
    sys.addaudithook(_refuse)
    return "interpreter"


def _keep_identity(user: int, group: int) -> None:
    with contextlib.suppress(OSError):  # then it is nobody in there, which hurts nothing
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _NETWORK_EVENTS and not (len(arguments) > 1 and isinstance(arguments[1], str | bytes)):
        raise NetworkRefused("the network is closed to a model that is being measured")


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        # Of this program alone: `getrusage` counts what the process held before it became this program.
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class _Line:
    """The protocol's two ends in this process."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb")
        self._in = os.fdopen(os.dup(0), "rb")
        os.dup2(2, 1)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)

    def requests(self) -> Iterator[Any]:
        for line in self._in:
            yield msgspec.json.decode(line)

    def answer(self, value: Any) -> None:
        self._write({"answer": value})

    def fail(self, reason: str, *, memory: bool) -> None:
        self._write({"failure": reason, "memory": memory})

    def _write(self, message: Any) -> None:
        self._out.write(msgspec.json.encode(message) + b"\n")
        self._out.flush()


def main(function: str, encoded: str) -> None:
    """Say hello, then serve."""
    limits = msgspec.json.decode(encoded, type=Limits)
    line = _Line()
    network = leave_network()
    limit(limits)
    line.answer({"network": network})
    module, _, name = function.partition(":")
    try:
        getattr(importlib.import_module(module), name)(line.requests(), line.answer)
    except Exception as error:  # noqa: BLE001 - a model's libraries raise what they like; the other end is told
        reason = f"{type(error).__name__}: {error}"
        line.fail(reason[:2000], memory=is_want_of_memory(error))
    # Threads of a model's libraries must not keep the process, nor what it prints at its end change the status.
    sys.stderr.flush()
    os._exit(0)


def is_want_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory was refused; each library says so in its own words."""
    text = str(error).lower()
    words = ("bad_alloc", "not enough memory", "can't allocate memory", "cannot allocate memory", "failed to allocate")
    return isinstance(error, MemoryError) or any(word in text for word in words)


if __name__ == "__main__":
    main(*sys.argv[1:])
